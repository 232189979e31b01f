from django.apps import AppConfig


class Supervision(AppConfig):
    name = "tongban.services.supervision"
    label = "supervision"

    def ready(self) -> None:
        from . import jobs, metrics, procedure, telling  # noqa: F401 - registers them
