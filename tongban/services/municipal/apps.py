from django.apps import AppConfig


class Municipal(AppConfig):
    name = "tongban.services.municipal"
    label = "municipal"

    def ready(self) -> None:
        from . import metrics, procedure  # noqa: F401 - registers them
