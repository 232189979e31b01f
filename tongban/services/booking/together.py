"""Presses for slots that came in one moment, booked as one set.

What is plain is decided here, by the same checks as a page: session, CSRF, right, rules. What is
not (from a kiosk, for a case or a company, refused by a rule) is left to the page.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse

from tongban.kernel.ledger.models import Event
from tongban.kernel.people.middleware import actors_of
from tongban.kernel.procedures.declare import Opening
from tongban.kernel.procedures.in_person import LOCKED
from tongban.kernel.procedures.opening_together import Attempt, Result, Together, open_together
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import Taking
from tongban.kernel.queries.memory import remembering
from tongban.kernel.screens.routes import APPLICANTS, attempt_key
from tongban.services.kiosks.sitting import COOKIE

from .models import Rules
from .opening import begun_online
from .places import VISITS, no_place, take_for_all
from .procedure import Visit
from .rush import FULL, Answer, Scope
from .views import filled, group_asked

log = logging.getLogger(__name__)
NOT_PLAIN = ("wish", "about", "behalf")


def book_together(presses: Sequence[tuple[Scope, bytes]]) -> list[Answer | None]:
    """For each press its answer; None: the page decides. Runs in a thread of its own."""
    answers: list[Answer | None] = [None] * len(presses)
    try:
        with remembering():
            attempts = _attempts(presses)
        results = open_together(TOGETHER, list(attempts.values()))
        for n, result in zip(attempts, results, strict=True):
            answers[n] = _answer(result)
    except DatabaseError as error:
        log.warning("a set of %d bookings goes one by one: %s", len(presses), error)
        connection.close()
        return [None] * len(presses)
    return answers


def _answer(result: Result) -> Answer | None:
    if isinstance(result, Event):
        return Answer(reverse("booked", args=[result.matter.number]))
    return FULL if result else None


def _attempts(presses: Sequence[tuple[Scope, bytes]]) -> dict[int, Attempt]:
    """By the place of the press; one of a person in a set."""
    requests = {n: one for n, press in enumerate(presses) if (one := _request(*press))}
    actors = actors_of(list(requests.values()))
    attempts: dict[int, Attempt] = {}
    people: set[int | None] = set()
    for (n, request), actor in zip(requests.items(), actors, strict=True):
        if not APPLICANTS.admits(actor) or actor.applicant_id in people:
            continue
        if group := group_asked(request):
            people.add(actor.applicant_id)
            attempts[n] = Attempt(actor, filled(request, group.code), attempt_key(request))
    return attempts


def _request(scope: Scope, body: bytes) -> HttpRequest | None:
    """None when it is not plain, or not from a page of ours."""
    request = ASGIRequest(scope, BytesIO(body))
    if request.path != reverse("book_start") or COOKIE in request.COOKIES:
        return None
    if any(request.POST.get(name) for name in NOT_PLAIN) or b"%00" in body:
        return None
    try:
        request.get_host()
    except DisallowedHost:
        return None
    csrf = _csrf()
    csrf.process_request(request)
    return None if csrf.process_view(request, _view, (), {}) else request


@cache
def _csrf() -> CsrfViewMiddleware:
    return CsrfViewMiddleware(_view)


def _view(_request: HttpRequest) -> HttpResponse:
    raise AssertionError("only checked, never called")


def _ask_ahead(takings: list[Taking]) -> None:
    """Applicants are locked in the order of their keys: two sets never wait for each other."""
    if not takings:
        return
    since = takings[0].today - timedelta(Rules.now().misses_in_days)
    applicants = sorted(taking.actor.applicant_id or 0 for taking in takings)
    LOCKED.ask_each([{"applicant": one} for one in applicants])
    VISITS.ask_each([{"applicant": one, "since": since} for one in applicants])


def _settle(openings: list[Opening], at: datetime) -> list[Refusal | None]:
    bookings: list[Any] = [opening.detail for opening in openings]
    return [None if got else no_place() for got in take_for_all(bookings, at)]


TOGETHER = Together(Visit.book, _ask_ahead, begun_online, _settle)
