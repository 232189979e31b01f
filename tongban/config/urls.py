"""Every address of the platform."""

from django.urls import URLPattern, URLResolver, include, path

from tongban.kernel.screens import errors
from tongban.kernel.screens.language import set_language
from tongban.kernel.screens.routes import EVERYBODY, route

from .health import healthz, readyz

handler400, handler404, handler500 = errors.bad_request, errors.not_found, errors.mistake

urlpatterns: list[URLPattern | URLResolver] = [
    route("healthz", healthz, EVERYBODY, "healthz"),
    route("readyz", readyz, EVERYBODY, "readyz"),
    route("language/", set_language, EVERYBODY, "language"),
    path("", include("tongban.services.together.urls")),
    path("", include("tongban.services.portal.urls")),
    path("", include("tongban.services.catalogue.urls")),
    path("", include("tongban.services.certificates.urls")),
    path("", include("tongban.services.cases.urls")),
    path("", include("tongban.services.booking.urls")),
    path("", include("tongban.services.hall.urls")),
    path("", include("tongban.services.kiosks.urls")),
    path("", include("tongban.services.crosscity.urls")),
    path("", include("tongban.services.startup.urls")),
    path("", include("tongban.services.seals.urls")),
    path("", include("tongban.services.themes.urls")),
    path("", include("tongban.services.delegation.urls")),
    path("", include("tongban.services.municipal.urls")),
    path("", include("tongban.services.supervision.urls")),
    path("", include("tongban.reports.urls")),
    path("", include("tongban.kernel.api.urls")),
    path("", include("tongban.kernel.exchange.urls")),
    path("", include("tongban.kernel.devices.urls")),
    path("", include("tongban.kernel.screens.urls")),
]
