from django.apps import AppConfig


class Together(AppConfig):
    name = "tongban.services.together"
    label = "together"

    def ready(self) -> None:
        from . import metrics, procedure  # noqa: F401 - registers them
