"""Who acts in this request, worked out when first asked for."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from .actor import VISITOR, Actor, actor_and_password, actors_and_passwords
from .models import Account
from .sessions import sessions_of

GetResponse = Callable[[HttpRequest], HttpResponse]


class WithActor:
    """Puts `actor` on the request, for templates; code asks `actor(request)`. The database is
    asked once, and only when somebody wants to know."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    """By the session alone, without loading the account: one statement less on every page."""
    account_id = request.session.get(SESSION_KEY)
    if account_id is None:
        return VISITOR
    return _of_session(request.session, *actor_and_password(int(account_id), timezone.localdate()))


def _of_session(session: Any, found: Actor, password: str) -> Actor:
    """The session must match the password of today, as `django.contrib.auth.get_user` demands."""
    same = constant_time_compare(session.get(HASH_SESSION_KEY, ""), _session_hash(password))
    return found if same else VISITOR


@lru_cache(maxsize=10_000)
def _session_hash(password: str) -> str:
    """Of a hashed password, the same for all sessions begun with it; asked on every page."""
    return Account(password=password).get_session_auth_hash()


def actors_of(requests: Sequence[HttpRequest]) -> list[Actor]:
    """Who acts in each of many requests: two statements for all of them."""
    cookie = settings.SESSION_COOKIE_NAME
    keys = [request.COOKIES.get(cookie, "") for request in requests]
    sessions = sessions_of(keys)
    accounts = {
        key: int(held[SESSION_KEY]) for key, held in sessions.items() if SESSION_KEY in held
    }
    found = actors_and_passwords(list(accounts.values()), timezone.localdate())
    known = {
        key: _of_session(sessions[key], *found[account])
        for key, account in accounts.items()
        if account in found
    }
    return [known.get(key, VISITOR) for key in keys]


def actor(request: HttpRequest) -> Actor:
    """The actor of a request itself: what stands in for it until it is asked costs each look."""
    acting: Actor | None = getattr(request, "acting", None)
    if acting is None:
        acting = request.acting = _actor(request)  # type: ignore[attr-defined]
    return acting
