from django.apps import AppConfig


class Booking(AppConfig):
    name = "tongban.services.booking"
    label = "booking"

    def ready(self) -> None:
        from . import jobs, procedure  # noqa: F401 - registers them
