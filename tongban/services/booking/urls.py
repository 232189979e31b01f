"""Addresses of booking."""

from tongban.kernel.screens.routes import APPLICANTS, route

from . import views

urlpatterns = [
    route("my/<slug:number>/book/", views.book, APPLICANTS, "book"),
    route("my/<slug:number>/booked/", views.booked, APPLICANTS, "booked"),
]
