"""Cases of instant items 即办件 accepted many at once."""

from uuid import uuid4

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.kernel.people.actor import Actor
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures.models import Matter
from tongban.kernel.screens.routes import attempt_key
from tongban.kernel.screens.trying import take_each
from tongban.services.catalogue.elements import Commitment

from .procedure import Handling

MOST_AT_ONCE = 100


def accept_many(request: HttpRequest) -> HttpResponse:
    """Each by its own step; one that is refused holds up no other, and is named."""
    person = actor(request)
    done = 0
    refused: list[tuple[str, str]] = []
    if request.method == "POST":
        numbers = request.POST.getlist("number")[:MOST_AT_ONCE]
        steps = ((Handling.accept, number[:40]) for number in numbers)
        done, refused = take_each(steps, person, {}, attempt_key(request))
    waiting = instant(person)
    context = {
        "rows": waiting.select_related("applicant", "case")[:MOST_AT_ONCE],
        "total": waiting.count(),
        "done": done,
        "refused": refused,
        "key": uuid4().hex,
    }
    return render(request, "cases/accept_many.html", context, status=409 if refused else 200)


def instant(person: Actor) -> QuerySet[Matter]:
    """Waiting to be accepted, with nothing missing, the oldest first."""
    rows = Matter.objects.filter(
        kind=Handling.code,
        state=Handling.submitted.name,
        unit__in=person.units_as(Role.CLERK),
        case__item__commitment=Commitment.INSTANT,
        case__missing=[],
    )
    return rows.order_by("act_on", "pk")
