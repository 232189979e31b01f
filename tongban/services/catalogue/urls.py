"""Addresses of the register of items on the desk."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import STAFF, held_by, route

from . import desk, editing, field_pages, imports, synonyms

EDITORS = held_by(Role.CLERK, Role.UNIT_ADMIN, Role.TOWN_CLERK, Role.OPERATOR)
BUREAU = held_by(Role.OPERATOR)
menu(30, "/desk/items/", gettext_lazy("事项"), STAFF)
menu(32, "/desk/item_change/", gettext_lazy("事项变更"), STAFF)
menu(33, "/desk/imports/", gettext_lazy("导入"), EDITORS)
menu(36, "/desk/defects/", gettext_lazy("指南检查"), STAFF)
menu(31, "/desk/fields/", gettext_lazy("字段库"), STAFF)
menu(34, "/desk/searches/", gettext_lazy("搜索词"), BUREAU)

urlpatterns = [
    route("desk/items/", desk.items, STAFF, "items"),
    route("desk/items/bulk/", editing.bulk, EDITORS, "items_bulk"),
    route("desk/items/<slug:code>/", desk.item, STAFF, "item"),
    route("desk/items/<slug:code>/compare/", desk.compare, STAFF, "item_compare"),
    route("desk/items/<slug:code>/edit/", editing.edit, EDITORS, "item_edit"),
    route("desk/item_change/<slug:number>/effect/", desk.effect, STAFF, "change_effect"),
    route("desk/item_change/<slug:number>/lines/", editing.lines, EDITORS, "change_lines"),
    route("desk/item_change/<slug:number>/undo/", editing.undo, EDITORS, "change_undo"),
    route("desk/imports/", imports.runs, EDITORS, "imports"),
    route("desk/imports/template/<slug:kind>/", imports.blank, EDITORS, "import_template"),
    route("desk/imports/<int:run>/", imports.run, EDITORS, "import_run"),
    route("desk/imports/<int:run>/errors/", imports.errors, EDITORS, "import_errors"),
    route("desk/imports/<int:run>/undo/", imports.undo, EDITORS, "import_undo"),
    route("desk/items/<slug:code>/form/", field_pages.preview, STAFF, "form_preview"),
    route("desk/fields/", field_pages.library, STAFF, "form_fields"),
    route("desk/fields/<slug:key>/", field_pages.library, BUREAU, "form_field"),
    route("desk/defects/", desk.defects, STAFF, "defects"),
    route("desk/searches/", synonyms.searches, BUREAU, "searches"),
]
