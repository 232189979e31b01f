"""Who acts in this request, worked out when first asked for."""

from collections.abc import Callable

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from .actor import VISITOR, Actor, actor_and_password
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
    """By the session alone, without loading the account: one statement less on every page. The
    session must match the password of today, as `django.contrib.auth.get_user` demands."""
    account_id = request.session.get(SESSION_KEY)
    if account_id is None:
        return VISITOR
    found, password = actor_and_password(int(account_id), timezone.localdate())
    wanted = Account(password=password).get_session_auth_hash()
    if not constant_time_compare(request.session.get(HASH_SESSION_KEY, ""), wanted):
        return VISITOR
    return found


def actor(request: HttpRequest) -> Actor:
    """The actor of a request, typed."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found
