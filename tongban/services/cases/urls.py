"""Addresses of applying and of a case's own papers."""

from tongban.kernel.screens.routes import APPLICANTS, SIGNED_IN, route

from . import applying

urlpatterns = [
    route("apply/<slug:code>/", applying.situation, APPLICANTS, "apply"),
    route("apply/<slug:code>/facts/", applying.facts, APPLICANTS, "apply_facts"),
    route("apply/<slug:code>/materials/", applying.materials, APPLICANTS, "apply_materials"),
    route("apply/<slug:code>/check/", applying.check, APPLICANTS, "apply_check"),
    route("my/<slug:number>/correct/", applying.correct, APPLICANTS, "correct"),
    route("materials/<int:material>/", applying.material_file, SIGNED_IN, "material_file"),
]
