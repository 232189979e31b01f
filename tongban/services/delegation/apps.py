from django.apps import AppConfig


class Delegation(AppConfig):
    name = "tongban.services.delegation"
    label = "delegation"

    def ready(self) -> None:
        from . import after_care, metrics, preparing, procedure, taking_back  # noqa: F401 - registers them
