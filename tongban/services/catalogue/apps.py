from django.apps import AppConfig


class Catalogue(AppConfig):
    name = "tongban.services.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        from tongban.kernel.api.routers import add_routes

        from . import accuracy, announcing, api, checklists, importing, metrics, procedure  # noqa: F401 - registers them

        add_routes("/v1/items", api.router)
