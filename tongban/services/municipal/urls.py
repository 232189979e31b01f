"""Addresses of the city's powers on the desk."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import STAFF, held_by, route

from . import board

BUREAU = held_by(Role.OPERATOR)
menu(38, "/desk/municipal/", gettext_lazy("市级权限"), STAFF)

urlpatterns = [
    route("desk/municipal/", board.board, STAFF, "municipal"),
    route("desk/municipal/powers/", board.powers, STAFF, "municipal_powers"),
    route("desk/municipal/receive/", board.receive, BUREAU, "municipal_receive"),
    route("desk/municipal/template/", board.blank, BUREAU, "municipal_template"),
]
