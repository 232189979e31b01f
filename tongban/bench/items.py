"""The register at its full size: guides, the list of items, and what a change would do."""

import time
from urllib.parse import quote

from . import load
from .house import scratch, served, signed_in
from .report import Figure, rate
from .turns import in_turn

CASES, LISTS = 100_000, 300
SECONDS, WARM, GUIDE_SECONDS = 6.0, 1.5, 3.0
FILTERS = (
    "unit=SC&kind=licence",
    f"q={quote('登记')}",
    "application=1&depth=Ⅳ",
    "status=published",
)


def measure(scale: float) -> list[Figure]:
    with scratch():
        from django.utils import timezone

        from tongban.demo import bulk, people, reference
        from tongban.services.catalogue.models import ServiceItem

        now = timezone.now()
        began = time.perf_counter()
        reference.load(now.date(), grown=True)
        grown = time.perf_counter() - began
        people.load("bench", now.date())
        guides = ServiceItem.objects.filter(by_application=True)
        codes = list(guides.values_list("implementation_code", flat=True))
        guide, one_row = in_turn(
            lambda place: load.request("GET", f"/items/{codes[place * 7919 % len(codes)]}/", {}),
            lambda _place: load.request("GET", "/one/", {}),
            status=200,
            seconds=GUIDE_SECONDS,
        )
        lists = _lists(signed_in("zhou"))
        bulk.Bulk("SC", now.date()).write(int(CASES * scale), now, bulk.ROADS[1:2], days=60)
        figures, dry_run, touched = _what_if()
    items = len(codes)
    return [
        rate("guide_page", guide.rate, one_row.rate, failed=guide.failed, items=items),
        Figure(
            "items_list",
            round(lists.percentile(0.95) * 1000, 2),
            "ms p95",
            details={"failed": lists.failed},
        ),
        Figure("items_loaded", round(grown, 2), "s", details={"items": 4862}),
        Figure("what_if_figures", round(figures, 3), "s", details={"lists": LISTS}),
        Figure("what_if_cases", round(dry_run, 2), "s", details={"open_cases": touched}),
    ]


def _lists(headers: dict[str, str]) -> load.Run:
    def message(place: int) -> bytes:
        filters = FILTERS[place % len(FILTERS)]
        return load.request("GET", f"/desk/items/?{quote(filters, safe='=&%')}", headers)

    with served() as port:
        load.run(port, message, seconds=WARM, connections=2)
        return load.run(port, message, seconds=SECONDS, connections=2)


def _what_if() -> tuple[float, float, int]:
    """Seconds for every figure of a change of 300 lists, and for the dry run over open cases."""
    from django.utils import timezone

    from tongban.kernel.people.actor import actor_of
    from tongban.kernel.people.models import Account
    from tongban.services.catalogue import editing, whatif
    from tongban.services.catalogue.models import Change, ServiceItem

    today = timezone.localdate()
    bureau = actor_of(Account.objects.get(username="zhou"), today)
    of_unit = ServiceItem.objects.filter(unit__code="SC").select_related("unit")
    items = of_unit.order_by("-by_application", "implementation_code")[:LISTS]
    why = {"kind": "adjust", "reason": "试算", "legal_basis": "试算", "effective_on": today}
    limits = {"promised_days": 1, "statutory_days": 20}
    event = editing.propose_by_unit(items, limits, why, bureau, "bench")[0]
    change = Change.objects.get(matter=event.matter)
    began = time.perf_counter()
    whatif.effects(change, today)
    figures = time.perf_counter() - began
    began = time.perf_counter()
    touched = whatif.touched(change, today)
    return figures, time.perf_counter() - began, touched.matters
