"""Addresses everybody may open."""

from tongban.kernel.screens.routes import EVERYBODY, route

from . import views

urlpatterns = [
    route("", views.home, EVERYBODY, "home"),
    route("search/", views.results, EVERYBODY, "search"),
    route("items/<slug:code>/", views.guide, EVERYBODY, "guide"),
    route("themes/", views.themes, EVERYBODY, "themes"),
    route("themes/<slug:code>/", views.theme, EVERYBODY, "theme"),
]
