"""Addresses of company start-up."""

from django.utils.translation import gettext_lazy

from tongban.kernel.people.roles import Role
from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import held_by, route

from . import views

BUREAU = held_by(Role.OPERATOR)
menu(37, "/desk/startup/settings/", gettext_lazy("开办设置"), BUREAU)

urlpatterns = [route("desk/startup/settings/", views.settings, BUREAU, "startup_settings")]
