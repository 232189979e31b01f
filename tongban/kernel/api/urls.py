"""Addresses of the machine door: one router for each procedure that is registered."""

from django.urls import path

from ..procedures.procedure import procedures
from . import exchange, figures
from .door import api
from .matters import routes_of
from .routers import added

for _kind in procedures():
    api.add_router(f"/v1/{_kind.code}", routes_of(_kind))
api.add_router("/v1/metrics", figures.router)
api.add_router("/v1/feed", exchange.feed_router)
api.add_router("/v1/push", exchange.push_router)
for _prefix, _router in added().items():
    api.add_router(_prefix, _router)

urlpatterns = [path("api/", api.urls)]
