"""Who acts in this request, worked out when first asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from .actor import VISITOR, Actor, actor_of
from .models import Account

GetResponse = Callable[[HttpRequest], HttpResponse]


class WithActor:
    """Puts `actor` on the request; asks the database once, and only when it is used."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    account = request.user
    if not isinstance(account, Account):
        return VISITOR
    return actor_of(account, timezone.localdate())


def actor(request: HttpRequest) -> Actor:
    """The actor of a request, typed."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found
