"""Loads the jobs of the kernel with the app."""

from django.apps import AppConfig


class Procedures(AppConfig):
    name = "tongban.kernel.procedures"
    label = "procedures"

    def ready(self) -> None:
        from . import jobs, parts, recalculating  # noqa: F401 - registers them
