"""What the desk shows of a certificate: what it is, and every use of it."""

from typing import Any

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import sees

MOST_USES = 50


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    certificate = matter.detail
    case = certificate.granted_in
    return {
        "certificate": certificate,
        "case": case if case and sees(actor, case) else None,
        "uses": uses_of(matter),
    }


def uses_of(matter: Matter) -> list[dict[str, Any]]:
    """The newest first: when, in which case, by which unit, what for."""
    events = matter.events.filter(step="use").order_by("-seq")[:MOST_USES]
    return [{"at": event.at, **event.facts["form"]} for event in events]
