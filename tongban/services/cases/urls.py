"""Addresses of applying and of a case's own papers."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import APPLICANTS, SIGNED_IN, STAFF, held_by, route

from . import accepting, applying, archive, checking, counter, custody, workbench

CLERKS = held_by(Role.CLERK)
CHECKERS = held_by(Role.CLERK, Role.APPROVER)

HOLDERS = held_by(Role.CLERK, Role.APPROVER, Role.UNIT_ADMIN)
menu(21, "/desk/accept/", gettext_lazy("批量受理"), CLERKS)
menu(23, "/desk/papers/", gettext_lazy("纸质材料"), HOLDERS)

ONE = applying.Applying()

urlpatterns = [
    route("apply/<slug:code>/", ONE.situation, APPLICANTS, "apply"),
    route("apply/<slug:code>/facts/", ONE.facts, APPLICANTS, "apply_facts"),
    route("apply/<slug:code>/materials/", ONE.materials, APPLICANTS, "apply_materials"),
    route("apply/<slug:code>/check/", ONE.check, APPLICANTS, "apply_check"),
    route("my/<slug:number>/correct/", applying.correct, APPLICANTS, "correct"),
    route("my/<slug:number>/supply/", applying.supply, APPLICANTS, "supply"),
    route("desk/counter/", counter.counter_apply, CLERKS, "counter_apply"),
    route("desk/papers/", custody.papers, HOLDERS, "papers"),
    route("desk/accept/", accepting.accept_many, CLERKS, "accept_many"),
    route("desk/case/<slug:number>/review/", workbench.review_case, STAFF, "review_case"),
    route("desk/case/<slug:number>/label/", custody.label, STAFF, "label"),
    route("desk/case/<slug:number>/site_check/", checking.site_check, CHECKERS, "site_check"),
    route("desk/case/<slug:number>/archive/", archive.archive, STAFF, "archive"),
    route("photos/<int:upload>/", applying.photo, SIGNED_IN, "photo"),
    route("materials/<int:material>/", applying.material_file, SIGNED_IN, "material_file"),
]
