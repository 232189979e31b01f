from django.apps import AppConfig


class Seals(AppConfig):
    name = "tongban.services.seals"
    label = "seals"

    def ready(self) -> None:
        from . import making  # noqa: F401 - registers the job
