"""Every address of the platform."""

from importlib import import_module

from django.urls import URLPattern, URLResolver

from tongban.kernel.screens import errors
from tongban.kernel.screens.language import set_language
from tongban.kernel.screens.routes import EVERYBODY, route

from .by_word import by_word
from .health import healthz, readyz

handler400, handler404, handler500 = errors.bad_request, errors.not_found, errors.mistake

APPS = (
    "services.together",
    "services.portal",
    "services.catalogue",
    "services.certificates",
    "services.cases",
    "services.booking",
    "services.hall",
    "services.kiosks",
    "services.crosscity",
    "services.startup",
    "services.seals",
    "services.themes",
    "services.delegation",
    "services.municipal",
    "services.supervision",
    "reports",
    "kernel.api",
    "kernel.exchange",
    "kernel.devices",
    "kernel.screens",
)
urlpatterns: list[URLPattern | URLResolver] = [
    route("healthz", healthz, EVERYBODY, "healthz"),
    route("readyz", readyz, EVERYBODY, "readyz"),
    route("language/", set_language, EVERYBODY, "language"),
    *by_word([one for app in APPS for one in import_module(f"tongban.{app}.urls").urlpatterns]),
]
