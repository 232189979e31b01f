"""The register of items on the desk: filters, pages found by key, and the same rows exported."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from .elements import Commitment, ItemKind, OnlineDepth
from .models import ServiceItem, Status

PAGE = 50
YES = {"1": True, "0": False}


@dataclass(frozen=True)
class Filters:
    """What the address of the list says; empty text: any. `after`: the last code seen."""

    q: str = ""
    unit: str = ""
    kind: str = ""
    status: str = ""
    commitment: str = ""
    depth: str = ""
    hall: str = ""
    application: str = ""
    after: str = ""

    @classmethod
    def of(cls, query: dict[str, Any]) -> "Filters":
        names = cls.__dataclass_fields__
        return cls(**{n: str(query.get(n, "")).strip()[:60] for n in names})

    def rows(self) -> QuerySet[ServiceItem]:
        """Every item that fits, in the order of codes."""
        rows = ServiceItem.objects.select_related("unit").order_by("implementation_code")
        rows = rows.filter(status=self.status) if self.status in Status.values else rows
        if self.unit:
            rows = rows.filter(unit__code=self.unit)
        if self.kind in ItemKind.values:
            rows = rows.filter(kind=self.kind)
        if self.commitment in Commitment.values:
            rows = rows.filter(commitment=self.commitment)
        if self.depth in OnlineDepth.values and self.depth:
            rows = rows.filter(online_depth=self.depth)
        if self.hall in YES:
            rows = rows.filter(in_hall=YES[self.hall])
        if self.application in YES:
            rows = rows.filter(by_application=YES[self.application])
        if self.q and self.q.isascii():
            return rows.filter(implementation_code__contains=self.q.upper())
        return rows.filter(name__contains=self.q) if self.q else rows

    def page(self) -> tuple[list[ServiceItem], str]:
        """One page in one statement, and the key of the next."""
        rows = self.rows()
        if self.after:
            rows = rows.filter(implementation_code__gt=self.after)
        found = list(rows[: PAGE + 1])
        return found[:PAGE], found[PAGE - 1].implementation_code if len(found) > PAGE else ""
