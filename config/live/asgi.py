"""The live process: `python -m config.live`, or any ASGI server on `config.live.asgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

from django.conf import settings

from config.live.app import Live

application = Live(settings.REDIS_URL)
