"""Reasons why a step cannot be taken now that many procedures share."""

from collections.abc import Callable
from typing import Any

from ..people.actor import Actor
from .models import Matter

Guard = Callable[[Matter, Actor], str]


def four_eyes(field: str, words: Any) -> Guard:
    """Nobody passes what is their own: the detail's `field` holds the code of who made it."""

    def by_another(matter: Matter, actor: Actor) -> str:
        return str(words) if getattr(matter.detail, field) == actor.code else ""

    return by_another
