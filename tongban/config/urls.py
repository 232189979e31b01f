"""Every address of the platform."""

from django.urls import URLPattern, URLResolver, path

from .health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
]
