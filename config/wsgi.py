"""The web process."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

application = get_wsgi_application()

gc.collect()
gc.freeze()  # what is loaded stays: looking it over for garbage again and again cost every request 2 ms
