"""Wiring only. The Celery app is loaded with Django, so that services find the configured broker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
