from django.apps import AppConfig


class Devices(AppConfig):
    name = "tongban.kernel.devices"
    label = "devices"

    def ready(self) -> None:
        from . import jobs  # noqa: F401 - registers them
