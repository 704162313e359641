"""The test suite: the same engines, cheap passwords, no manifest of static files."""

from .base import *

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
CELERY_TASK_ALWAYS_EAGER = False
LOG_LEVEL = "WARNING"
HANDRAIL_HIDDEN_RATE = 0.0  # nothing by chance: tests hide an answer where they mean to
