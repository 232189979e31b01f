from django.apps import AppConfig


class Kiosks(AppConfig):
    name = "tongban.services.kiosks"
    label = "kiosks"

    def ready(self) -> None:
        from . import entries, jobs, metrics, procedure  # noqa: F401 - registers them
