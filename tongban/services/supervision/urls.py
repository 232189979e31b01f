"""Address of the wall of lights."""

from django.utils.translation import gettext_lazy

from tongban.kernel.screens.navigation import menu
from tongban.kernel.screens.routes import STAFF, route

from . import wall

menu(25, "/desk/supervision/", gettext_lazy("电子监察"), STAFF)

urlpatterns = [route("desk/supervision/", wall.wall, STAFF, "supervision")]
