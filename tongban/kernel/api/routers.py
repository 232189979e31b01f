"""Routers that apps add to the machine door beside those made from procedures."""

from ninja import Router

_added: dict[str, Router] = {}


def add_routes(prefix: str, router: Router) -> None:
    _added[prefix] = router


def added() -> dict[str, Router]:
    return _added
