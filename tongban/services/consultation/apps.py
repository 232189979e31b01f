from django.apps import AppConfig


class Consulting(AppConfig):
    name = "tongban.services.consultation"
    label = "consultation"

    def ready(self) -> None:
        from . import procedure  # noqa: F401 - registers it
