from django.apps import AppConfig


class Hall(AppConfig):
    name = "tongban.services.hall"
    label = "hall"

    def ready(self) -> None:
        from . import jobs, metrics, procedure  # noqa: F401 - registers them
