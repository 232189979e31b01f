"""Addresses of figures."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import held_by, route

from . import views

READERS = held_by(Role.LEADER, Role.OPERATOR, Role.UNIT_ADMIN, Role.APPROVER, Role.CLERK)
menu(50, "/reports/", gettext_lazy("指标"), READERS)

urlpatterns = [
    route("reports/", views.overview, READERS, "reports"),
    route("reports/<slug:key>/", views.figure, READERS, "figure"),
    route("reports/<slug:key>/rows/", views.rows, READERS, "figure_rows"),
]
