"""Addresses of themes on the desk."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import STAFF, held_by, route

from . import pages

BUREAU = held_by(Role.OPERATOR)
EDITORS = held_by(Role.OPERATOR, Role.UNIT_ADMIN)
menu(35, "/desk/themes/", gettext_lazy("一件事"), STAFF)

urlpatterns = [
    route("desk/themes/", pages.board, STAFF, "themes_board"),
    route("desk/themes/new/", pages.new, EDITORS, "theme_new"),
    route("desk/themes/suggestions/", pages.suggestions, EDITORS, "theme_suggestions"),
    route("desk/themes/import/", pages.imports, BUREAU, "themes_import"),
    route("desk/themes/template/", pages.blank, BUREAU, "themes_template"),
    route("desk/theme_change/<slug:number>/plan/", pages.amend, EDITORS, "theme_amend"),
]
