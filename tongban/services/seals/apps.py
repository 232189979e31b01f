from django.apps import AppConfig


class Seals(AppConfig):
    name = "tongban.services.seals"
    label = "seals"

    def ready(self) -> None:
        from tongban.kernel.api.routers import add_routes

        from . import api, jobs, making, procedure, waiting  # noqa: F401 - registers them

        add_routes("/v1/verify", api.router)
