"""A mixed hall day: 22 units × 5 clerks, 40 % open a case, 30 % look at a list, 30 % take a step.

The raw limit of the same run is the same mix on bare views: a row read, a row read, two written.
"""

from collections.abc import Iterator
from typing import Any

from . import load
from .house import scratch, served, signed_in
from .page import copies, ms, settle
from .report import Figure, rate
from .turns import Make, in_turn

CLERKS, SECONDS, WARM = 5, 5.0, 1.0
SMALL, MIDDLE, LARGE = 5_000, 50_000, 500_000
READ, LISTED = 4, 7  # of ten
DOCUMENTS = 435
LISTS = ("state=submitted", "state=open&sort=due", "light=green")


def measure(scale: float) -> list[Figure]:
    small, middle, large = (int(n * scale) for n in (SMALL, MIDDLE, LARGE))
    with scratch():
        hall = _Hall()
        hall.write(small)
        at_small = hall.alone()
        hall.write(middle - small)
        mixed, bare = in_turn(hall.message, hall.bare, status=(200, 302), seconds=SECONDS)
        at_middle = hall.alone()
        person, thick = hall.one_persons_list(), hall.thick_case()
        copies(large)
        at_large = hall.alone()
    growth = at_large.percentile(0.95) / at_small.percentile(0.95)
    return [
        rate(
            "mixed_hall_day",
            mixed.rate,
            bare.rate,
            failed=mixed.failed + bare.failed,
            clerks=len(hall.clerks),
            p95_ms=ms(mixed.percentile(0.95)),
            p95_bare_ms=ms(bare.percentile(0.95)),
        ),
        Figure(
            "growth",
            round(growth, 2),
            "× p95",
            details={
                f"p95_at_{small}_ms": ms(at_small.percentile(0.95)),
                f"p95_at_{middle}_ms": ms(at_middle.percentile(0.95)),
                f"p95_at_{large}_ms": ms(at_large.percentile(0.95)),
            },
        ),
        Figure("one_persons_list", ms(person[1].percentile(0.95)), "ms p95", details=person[0]),
        Figure("case_of_435_documents", ms(thick.percentile(0.95)), "ms p95"),
    ]


class _Hall:
    """The clerks of every department with the cases that wait at each of them."""

    def __init__(self) -> None:
        from django.utils import timezone

        from tongban.demo import bulk, people, reference
        from tongban.kernel.people.models import Account, Assignment
        from tongban.kernel.people.roles import Role

        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        reference.load(self.today)
        people.load("bench", self.today)
        self.citizens = people.citizens(20)
        rows = bulk.simple_items().values_list("unit_id", "unit__code")
        self.clerks: list[tuple[str, dict[str, str]]] = []
        for unit, code in rows.order_by("unit").distinct():
            for n in range(CLERKS):
                account = Account.objects.create_user_named(f"bench-{code}-{n}".lower(), name=code)
                Assignment.objects.create(
                    account=account, unit_id=unit, role=Role.CLERK, from_on=self.today
                )
                self.clerks.append((code, signed_in(account.username)))
        self.units = sorted({code for code, _ in self.clerks})
        self.numbers: dict[str, list[str]] = {code: [] for code in self.units}
        self.waiting: dict[str, Iterator[str]] = {}

    def write(self, count: int) -> None:
        """So many more cases, spread over the units: half wait to be accepted, half are examined,
        so that each list fills its page whatever the size of the register."""
        from tongban.demo.bulk import Bulk, Part
        from tongban.services.cases.procedure import Handling

        for code in self.units:
            accepted = Part(Handling.accept, f"bench-{code}-0".lower())
            cases = Bulk(code, self.today, self.citizens)
            fresh = cases.write(count // len(self.units), self.now, roads=((), (accepted,)))
            self.numbers[code] += fresh
            self.waiting[code] = iter(fresh[::2])
        settle()

    def message(self, place: int) -> bytes:
        code, clerk = self.clerks[place * 31 % len(self.clerks)]
        kind, numbers = place % 10, self.numbers[code]
        if kind < READ:
            number = numbers[place * 7919 % len(numbers)]
            return load.request("GET", f"/desk/case/{number}/", clerk)
        number_to_accept = next(self.waiting[code], None) if kind >= LISTED else None
        if number_to_accept is None:
            return load.request("GET", f"/desk/case/?{LISTS[place % len(LISTS)]}", clerk)
        path = f"/desk/case/{number_to_accept}/step/accept/"
        return load.request("POST", path, clerk, f"version=1&key=bench-{place}-{number_to_accept}")

    def bare(self, place: int) -> bytes:
        return load.request("GET", "/one/" if place % 10 < LISTED else "/two/", {})

    def alone(self) -> load.Run:
        """The mix without its bare twin, by two at a time, for how it grows."""
        settle()
        return _run(self.message, connections=2)

    def one_persons_list(self) -> tuple[dict[str, Any], load.Run]:
        from tongban.kernel.procedures.models import Matter

        account = self.citizens[0]
        mine = {"cases": Matter.objects.filter(applicant=account.applicant).count()}
        headers = signed_in(account.username)
        return mine, _run(lambda _place: load.request("GET", "/my/", headers), connections=1)

    def thick_case(self) -> load.Run:
        from tongban.services.cases.models import Case, CaseMaterial
        from tongban.services.catalogue.models import Material

        case = Case.objects.select_related("matter__unit", "version").latest("pk")
        CaseMaterial.objects.bulk_create(
            CaseMaterial(case=case, material=material, at=self.now)
            for material in Material.objects.order_by("pk")[:DOCUMENTS]
        )
        clerk = next(headers for code, headers in self.clerks if code == case.matter.unit.code)
        path = f"/desk/case/{case.matter.number}/"
        return _run(lambda _place: load.request("GET", path, clerk), connections=1)


def _run(make: Make, *, connections: int) -> load.Run:
    with served() as port:
        load.run(port, make, seconds=WARM, connections=connections, status=(200, 302))
        return load.run(port, make, seconds=SECONDS, connections=connections, status=(200, 302))
