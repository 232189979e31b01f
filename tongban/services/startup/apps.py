from django.apps import AppConfig


class Startup(AppConfig):
    name = "tongban.services.startup"
    label = "startup"

    def ready(self) -> None:
        from . import carving, metrics, settling, starting  # noqa: F401 - registers them
