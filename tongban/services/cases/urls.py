"""Addresses of applying and of a case's own papers."""

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.routes import APPLICANTS, SIGNED_IN, STAFF, held_by, route

from . import applying, archive, checking, counter

CLERKS = held_by(Role.CLERK)
CHECKERS = held_by(Role.CLERK, Role.APPROVER)

ONE = applying.Applying()

urlpatterns = [
    route("apply/<slug:code>/", ONE.situation, APPLICANTS, "apply"),
    route("apply/<slug:code>/facts/", ONE.facts, APPLICANTS, "apply_facts"),
    route("apply/<slug:code>/materials/", ONE.materials, APPLICANTS, "apply_materials"),
    route("apply/<slug:code>/check/", ONE.check, APPLICANTS, "apply_check"),
    route("my/<slug:number>/correct/", applying.correct, APPLICANTS, "correct"),
    route("my/<slug:number>/supply/", applying.supply, APPLICANTS, "supply"),
    route("desk/counter/", counter.counter_apply, CLERKS, "counter_apply"),
    route("desk/case/<slug:number>/site_check/", checking.site_check, CHECKERS, "site_check"),
    route("desk/case/<slug:number>/archive/", archive.archive, STAFF, "archive"),
    route("photos/<int:upload>/", applying.photo, SIGNED_IN, "photo"),
    route("materials/<int:material>/", applying.material_file, SIGNED_IN, "material_file"),
]
