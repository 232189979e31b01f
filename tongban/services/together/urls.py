"""Addresses of one thing: the four pages of an application, asked once for all; its results."""

from django.shortcuts import get_object_or_404

from tongban.kernel.screens.routes import APPLICANTS, route
from tongban.services.cases.applying import Applying
from tongban.services.catalogue.models import Theme

from .procedure import Joint
from .results import package
from .subject import OneTheme


class ApplyingTogether(Applying):
    pages = ("together", "together_facts", "together_materials", "together_check")
    step = Joint.apply

    def subject(self, code: str) -> OneTheme:
        return OneTheme(get_object_or_404(Theme, code=code[:16], withdrawn_on=None))


ALL = ApplyingTogether()

urlpatterns = [
    route("themes/<slug:code>/apply/", ALL.situation, APPLICANTS, "together"),
    route("themes/<slug:code>/apply/facts/", ALL.facts, APPLICANTS, "together_facts"),
    route("themes/<slug:code>/apply/materials/", ALL.materials, APPLICANTS, "together_materials"),
    route("themes/<slug:code>/apply/check/", ALL.check, APPLICANTS, "together_check"),
    route("my/<slug:number>/results.zip", package, APPLICANTS, "together_results"),
]
