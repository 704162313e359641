from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from django.conf import settings

        from config import checks  # noqa: F401 - registers them
        from config.logs import configure

        configure(settings.LOG_LEVEL)
