"""Addresses everybody may open."""

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.routes import EVERYBODY, held_by, route

from . import guides, powers, themes, views, walls

BUREAU = held_by(Role.OPERATOR)

urlpatterns = [
    route("", views.home, EVERYBODY, "home"),
    route("search/", views.results, EVERYBODY, "search"),
    route("items/<slug:code>/", guides.guide, EVERYBODY, "guide"),
    route("items/<slug:code>/wall/", guides.wall, EVERYBODY, "guide_wall"),
    route(
        "items/<slug:code>/papers/<int:material>/<slug:which>/", guides.paper, EVERYBODY, "paper"
    ),
    route("items/<slug:code>/list/", guides.make_list, EVERYBODY, "make_list"),
    route("lists/", guides.open_list, EVERYBODY, "open_list"),
    route("lists/<slug:code>/", guides.checklist, EVERYBODY, "checklist"),
    route("themes/", themes.themes, EVERYBODY, "themes"),
    route("themes/<slug:code>/", themes.theme, EVERYBODY, "theme"),
    route("themes/<slug:code>/order.bpmn", themes.exported, EVERYBODY, "theme_bpmn"),
    route("desk/hall/walls/", walls.walls, BUREAU, "walls"),
    route("desk/hall/walls/<slug:code>/", walls.wall_pdf, BUREAU, "wall_pdf"),
    route("sitemap.xml", guides.sitemap, EVERYBODY, "sitemap"),
    route("powers/", powers.units, EVERYBODY, "powers"),
    route("powers/<slug:code>/", powers.unit, EVERYBODY, "power_list"),
    route("powers/<slug:code>/sealed.pdf", powers.sealed, EVERYBODY, "power_list_sealed"),
    route("powers/<slug:code>/list.pdf", powers.pdf, EVERYBODY, "power_list_pdf"),
]
