"""What stands at the top of somebody's desk: apps say what a person must see before their work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..people.actor import Actor


@dataclass(frozen=True)
class Bulletin:
    """words: said in full; path: where more is; urgent: in red."""

    words: Any
    path: str
    urgent: bool = False


Source = Callable[[Actor], list[Bulletin]]
_sources: list[Source] = []


def on_the_desk(source: Source) -> Source:
    """Register; it is asked at each opening of a desk, so it costs one statement at most."""
    _sources.append(source)
    return source


def bulletins(person: Actor) -> list[Bulletin]:
    return [bulletin for source in _sources for bulletin in source(person)]
