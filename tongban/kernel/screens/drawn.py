"""What stands many times on the busiest pages, drawn in code: a template needs some eight times as
long for a row (docs/decisions/0017-built-once.md). Every text that comes from a row is escaped."""

from collections.abc import Iterable
from datetime import date
from html import escape
from typing import Any

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


def table_rows(matters: Iterable[Matter], today: date) -> SafeString:
    """Of `screens/table.html`."""
    return SafeString("".join(_table_row(matter, today) for matter in matters))


def queue_rows(matters: Iterable[Matter], current: Matter, today: date) -> SafeString:
    """Of the list beside the matter in hand."""
    return SafeString("".join(_queue_row(m, m.pk == current.pk, today) for m in matters))


def links(entries: Iterable[tuple[str, Any, bool]]) -> SafeString:
    """Of a menu: path, title, whether it is here."""
    drawn = (
        LINK.format(escape(path), CURRENT_PAGE if here else "", escape(str(title)))
        for path, title, here in entries
    )
    return SafeString("".join(drawn))


def _table_row(matter: Matter, today: date) -> str:
    moved = matter.last_move
    return TABLE_ROW.format(
        matter.kind,
        escape(matter.number),
        escape(matter.title),
        escape(str(matter.applicant or NOBODY)),
        escape(str(matter.unit)),
        escape(str(matter.stands_in.title)),
        matter.due_on.isoformat() if matter.due_on else NOBODY,
        PROVISIONAL.format(escape(_("暂定"))) if matter.provisional else "",
        MOVED.format(escape(moved)) if moved else "",
        light_of(matter, today),
    )


def _queue_row(matter: Matter, is_current: bool, today: date) -> str:
    moved = matter.last_move
    return QUEUE_ROW.format(
        matter.kind,
        escape(matter.number),
        CURRENT if is_current else "",
        escape(matter.title),
        light_of(matter, today),
        escape(str(matter.applicant or NOBODY)),
        escape(str(matter.stands_in.title)),
        WHY_MOVED.format(escape(moved)) if moved else "",
        f"{matter.due_on:%m-%d}" if matter.due_on else "",
        " ↷" if moved else "",
    )
