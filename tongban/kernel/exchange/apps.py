from django.apps import AppConfig


class Exchange(AppConfig):
    name = "tongban.kernel.exchange"
    label = "exchange"

    def ready(self) -> None:
        from . import jobs  # noqa: F401 - registers them
