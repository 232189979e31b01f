"""What the page of a consultation shows."""

from typing import Any

from tongban.kernel.people.actor import Actor
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.scope import sees


def panel_of(matter: Matter, actor: Actor) -> dict[str, Any]:
    asked = matter.detail
    return {
        "consultation": asked,
        "objections": asked.objections(),
        "opens": sees(actor, asked.about),
    }
