"""The menu of the desk: each app enters its own pages, each person sees those they may open."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from ..people.middleware import actor
from .drawn import links
from .routes import Audience


@dataclass(frozen=True, eq=False)
class Entry:
    order: int
    path: str
    title: Any
    audience: Audience


_entries: list[Entry] = []


@cache
def _title(entry: Entry, _language: str) -> str:
    return str(entry.title)


def menu(order: int, path: str, title: Any, audience: Audience) -> None:
    _entries.append(Entry(order, path, title, audience))
    _entries.sort(key=lambda entry: entry.order)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; the menu is worked out only where a template asks for it."""

    def entries() -> str:
        mine = [e for e in _entries if e.audience.admits(actor(request))]
        fits = [e.path for e in mine if request.path.startswith(e.path)]
        here = max(fits, key=len, default="")
        language = get_language()
        return links((e.path, _title(e, language), e.path == here) for e in mine)

    return {"navigation": entries, "elder": request.COOKIES.get("elder")}
