"""Addresses of delegation on the desk."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import STAFF, held_by, route

from . import board, preparing_page

BUREAU = held_by(Role.OPERATOR)
TOWNS = held_by(Role.TOWN_CLERK, Role.UNIT_ADMIN)
menu(37, "/desk/delegated/", gettext_lazy("下放镇街"), STAFF)

urlpatterns = [
    route("desk/delegated/", board.board, STAFF, "delegated"),
    route("desk/delegated/lines/", board.lines, STAFF, "delegated_lines"),
    route("desk/delegated/use/", board.use, STAFF, "delegated_use"),
    route("desk/delegated/report/", board.report, TOWNS, "delegated_report"),
    route("desk/delegated/prepare/", preparing_page.prepare, BUREAU, "delegated_prepare"),
    route("desk/delegated/template/", preparing_page.blank, BUREAU, "delegated_template"),
]
