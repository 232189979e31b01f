"""What stands many times on the busiest pages, drawn in code: a template needs some eight times as
long for a row (docs/decisions/0017-built-once.md). Every text that comes from a row is escaped."""

from collections.abc import Iterable
from datetime import date
from html import escape

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ..procedures.models import Matter
from .present import light_of

NOBODY = "—"
TABLE_ROW = (
    '<tr><td><a href="/desk/{0}/{1}/">{1}</a></td><td class="long">{2}</td><td>{3}</td><td>{4}</td>'
    "<td>{5}</td><td>{6}{7}{8}</td><td>{9}</td></tr>\n"
)
QUEUE_ROW = (
    '<a href="/desk/{0}/{1}/"{2}><b>{3}</b>{4}<span class="who">{5} · {6}</span>'
    '<span class="who"{7}>{8}{9}</span></a>'
)
LINK = '<a href="{}"{}>{}</a>'
CURRENT, CURRENT_PAGE = ' class="on" aria-current="true"', ' class="on" aria-current="page"'
PROVISIONAL, MOVED = '<small class="muted"> {}</small>', '<small class="muted moved">{}</small>'
WHY_MOVED = ' title="{}"'


class _Shared:
    """What many rows of a page have in common is worked out and escaped once."""

    def __init__(self, today: date):
        self.today = today
        self._said: dict[int, tuple[object, str]] = {}
        self._lights: dict[tuple[object, ...], str] = {}

    def said(self, thing: object) -> str:
        """What it is called; kept with the thing itself, whose place is its name."""
        found = self._said.get(id(thing))
        if found is None:
            found = self._said[id(thing)] = (thing, escape(str(thing)))
        return found[1]

    def light(self, matter: Matter) -> str:
        closed = timezone.localdate(matter.closed_at) if matter.closed_at else None
        alike = (
            *(matter.kind, matter.procedure_version, matter.state, closed, matter.ended_on),
            *(matter.due_on, matter.yellow_on, matter.paused_since),
        )
        if alike not in self._lights:
            self._lights[alike] = str(light_of(matter, self.today))
        return self._lights[alike]


def table_rows(matters: Iterable[Matter], today: date) -> SafeString:
    """Of `screens/table.html`."""
    shared = _Shared(today)
    return SafeString("".join(_table_row(matter, shared) for matter in matters))


def queue_rows(matters: Iterable[Matter], current: Matter, today: date) -> SafeString:
    """Of the list beside the matter in hand."""
    shared = _Shared(today)
    return SafeString("".join(_queue_row(m, m.pk == current.pk, shared) for m in matters))


def links(entries: Iterable[tuple[str, str, bool]]) -> SafeString:
    """Of a menu or a row of chips: path, title, whether it is here."""
    drawn = (
        LINK.format(escape(path), CURRENT_PAGE if here else "", escape(title))
        for path, title, here in entries
    )
    return SafeString("".join(drawn))


def _table_row(matter: Matter, shared: _Shared) -> str:
    moved = matter.last_move
    return TABLE_ROW.format(
        matter.kind,
        escape(matter.number),
        escape(matter.title),
        escape(str(matter.applicant or NOBODY)),
        shared.said(matter.unit),
        shared.said(matter.stands_in.title),
        matter.due_on.isoformat() if matter.due_on else NOBODY,
        PROVISIONAL.format(escape(_("暂定"))) if matter.provisional else "",
        MOVED.format(escape(moved)) if moved else "",
        shared.light(matter),
    )


def _queue_row(matter: Matter, is_current: bool, shared: _Shared) -> str:
    moved = matter.last_move
    return QUEUE_ROW.format(
        matter.kind,
        escape(matter.number),
        CURRENT if is_current else "",
        escape(matter.title),
        shared.light(matter),
        escape(str(matter.applicant or NOBODY)),
        shared.said(matter.stands_in.title),
        WHY_MOVED.format(escape(moved)) if moved else "",
        f"{matter.due_on:%m-%d}" if matter.due_on else "",
        " ↷" if moved else "",
    )
