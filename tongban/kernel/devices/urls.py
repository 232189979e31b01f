"""Addresses of devices."""

from tongban.kernel.screens.routes import EVERYBODY, route

from . import views

urlpatterns = [
    route("device/v1/enrol/", views.enrolled, EVERYBODY, "device_enrol"),
    route("device/v1/heartbeat/", views.heartbeat, EVERYBODY, "device_heartbeat"),
    route("device/v1/journal/", views.written, EVERYBODY, "device_journal"),
]
