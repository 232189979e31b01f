from django.apps import AppConfig


class Cases(AppConfig):
    name = "tongban.services.cases"
    label = "cases"

    def ready(self) -> None:
        from . import metrics, procedure  # noqa: F401 - registers them
