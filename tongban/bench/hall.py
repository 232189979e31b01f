"""The worst day of a year ten times over: 3,000 tickets, 40 counters, 60 live screens.

Everything goes through HTTP as in the hall: machines draw, clerks call, begin and finish from
their page, screens listen to the stream and fetch their part. Durations are divided by SPEED; how
many times faster than a real day it was is measured, not assumed.
"""

import asyncio
import random
import re
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from . import load
from .answers import read_answer
from .crash import kill
from .house import scratch, served, signed_in
from .report import Figure

TICKETS, COUNTERS, BOARDS, MACHINES = 3_000, 40, 20, 6
HOURS, SPEED, MINUTES = 8, 170, 5.0  # of the day; times real; of a visit
ABSENT = 0.04
KILLS, APART, KILLED_TICKETS = 12, 0.6, 300  # seconds between two kills, and a day of its own
TAKEN, BROKEN = 302, 500
PRIORITIES = ("",) * 8 + ("pregnant", "veteran")
AT_HAND = re.compile(rb"ticket-label\">([A-Z]+\d+)<")
NUMBER = re.compile(rb"/hall/ticket/([A-Z0-9-]+)/")
LABEL = re.compile(rb"<span>([A-Z]{1,2}\d{3,4})</span>|aria-live=\"polite\"[^>]*>([A-Z]\d{3,4})<")


def measure(scale: float) -> list[Figure]:
    tickets = int(TICKETS * scale)
    with scratch() as folder:
        hall = _Hall()
        with served() as port:
            day = asyncio.run(hall.day(port, tickets))
        judged = hall.judged()
        with served() as port:
            killer = threading.Thread(target=kill, args=(folder.path, KILLS, APART))
            killer.start()
            broken = asyncio.run(hall.day(port, int(KILLED_TICKETS * scale), screens=False))
            killer.join()
        second = hall.judged()
    real = HOURS * 3600 * scale
    delays = sorted(day.delays)
    p99 = delays[int(len(delays) * 0.99)] if delays else float("inf")
    return [
        Figure(
            "times_real_time",
            round(real / day.elapsed, 1),
            "×",
            details={"tickets": tickets, "called": len(day.called), **judged},
        ),
        Figure(
            "screen_delay_p99_ms",
            round(p99 * 1000),
            "ms",
            details={
                "p50_ms": round(delays[len(delays) // 2] * 1000) if delays else 0,
                "seen": len(delays),
                "never_seen": day.never_seen,
                "screens": COUNTERS + BOARDS,
            },
        ),
        Figure(
            "with_kills",
            KILLS,
            "kills",
            details={**second, "acknowledged": broken.acknowledged, "again": broken.again},
        ),
        Figure(
            "doubled",
            judged["called_twice"] + second["called_twice"] + second["drawn_twice"],
            "tickets called at two counters, or drawn twice",
        ),
        Figure(
            "lost",
            judged["never_ended"] + second["never_ended"] + judged["lost"] + second["lost"],
            "acknowledged and not there, or in no line and not served",
        ),
    ]


@dataclass
class _Day:
    """called: label → when its clerk was told. shown: by screen, label → when it was seen."""

    elapsed: float = 0.0
    called: dict[bytes, tuple[int, float]] = field(default_factory=dict)
    shown: dict[int, dict[bytes, float]] = field(default_factory=dict)
    acknowledged: int = 0
    again: int = 0

    @property
    def delays(self) -> list[float]:
        """Of the screen of the counter, and of each board while the call stood on it."""
        found = []
        for label, (counter, at) in self.called.items():
            for screen, labels in self.shown.items():
                mine = screen == counter or screen >= COUNTERS
                if mine and label in labels:
                    found.append(max(labels[label] - at, 0.0))
        return found

    @property
    def never_seen(self) -> int:
        """Calls that the screen of their own counter never showed."""
        return sum(
            1
            for label, (counter, _at) in self.called.items()
            if label not in self.shown.get(counter, {})
        )


class _Hall:
    def __init__(self) -> None:
        from django.utils import timezone

        from tongban.demo import people, reference
        from tongban.kernel.people.models import Account, Assignment
        from tongban.kernel.people.roles import Role
        from tongban.services.booking.models import Group, Pace
        from tongban.services.hall.models import Counter, Screen, Shift
        from tongban.services.hall.screens import digest

        now = timezone.now()
        today = timezone.localdate(now)
        reference.load(today)
        people.load("bench", today)
        self.counters = list(Counter.objects.select_related("unit")[:COUNTERS])
        self.groups = sorted({c.unit.code for c in self.counters})
        Pace.objects.bulk_create(  # as measured on the days before, in the time of the bench
            Pace(group=group, minutes=MINUTES / SPEED, visits=500) for group in Group.objects.all()
        )
        self.clerks = []
        for n, counter in enumerate(self.counters):
            account = Account.objects.create_user_named(f"hall-{n}", name=f"窗口{n}")
            Assignment.objects.create(
                account=account, unit=counter.unit, role=Role.CLERK, from_on=today
            )
            Shift.objects.create(counter=counter, account=account, began_at=now)
            self.clerks.append(signed_in(account.username))

        def paired(kind: str, name: str, counter: Any = None) -> dict[str, str]:
            Screen.objects.create(
                key=digest(name), name=name, kind=kind, counter=counter, made_at=now, seen_at=now
            )
            return {"Cookie": f"screen={name}; csrftoken={'a' * 32}", "X-CSRFToken": "a" * 32}

        self.machines = [paired("machine", f"m{n}") for n in range(MACHINES)]
        self.screens = [paired("counter", f"c{n}", c) for n, c in enumerate(self.counters)]
        self.screens += [paired("board", f"b{n}") for n in range(BOARDS)]
        self.source = random.Random(40)  # noqa: S311 - the same day every time
        self.round = 0
        self.finished: list[str] = []

    async def day(self, port: int, tickets: int, *, screens: bool = True) -> _Day:
        """Where no screens are asked for, a question without an answer is asked again with the
        same key, as a browser whose server was killed does."""
        self.port, self.waiting, self.drawn = port, tickets, 0
        self.round, self.finished = self.round + 1, []
        day = _Day()
        watched = range(len(self.screens)) if screens else ()
        watching = [asyncio.create_task(self._screen(day, n)) for n in watched]
        await asyncio.sleep(1.5)
        began = time.perf_counter()
        machines = [self._machine(n, tickets) for n in range(MACHINES)]
        clerks = [self._clerk(day, n) for n in range(len(self.counters))]
        await asyncio.gather(*machines, *clerks)
        day.elapsed = time.perf_counter() - began
        await asyncio.sleep(1.5)
        for screen in watching:
            screen.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        day.acknowledged, day.again = self.drawn + len(self.finished), _Door.again
        return day

    async def _machine(self, machine: int, tickets: int) -> None:
        """Walk-ins through the day, more of them in the morning."""
        door = _Door(self.port)
        length = HOURS * 3600 / SPEED * tickets / TICKETS
        times = sorted(
            length * self.source.betavariate(1.4, 2.0) for _ in range(machine, tickets, MACHINES)
        )
        began = time.perf_counter()
        for n, at in enumerate(times):
            await asyncio.sleep(max(began + at - time.perf_counter(), 0))
            group, reason = self.source.choice(self.groups), self.source.choice(PRIORITIES)
            body = f"group={group}&reason={reason}&key=draw-{self.round}-{machine}-{n}"
            status, _ = await door.ask("POST", "/hall/screen/draw/", self.machines[machine], body)
            assert status == 200, status
            self.drawn += 1

    async def _clerk(self, day: _Day, n: int) -> None:
        """Call, begin, serve, finish; look again a little later when nobody waits."""
        door, headers, turn = _Door(self.port), self.clerks[n], 0
        number = self.counters[n].number
        while self.waiting > 0:
            turn += 1
            body = f"key=next-{self.round}-{n}-{turn}"
            await door.ask("POST", f"/hall/counter/{number}/next/", headers, body)
            told = time.perf_counter()
            _status, page = await door.ask("GET", "/hall/counter/", headers)
            label = AT_HAND.search(page)
            if label is None:
                await asyncio.sleep(60 / SPEED)
                continue
            matter = NUMBER.search(page, label.end())
            assert matter
            day.called[label[1]] = (n, told)
            self.waiting -= 1
            path = f"/hall/ticket/{matter[1].decode()}"
            if self.source.random() < ABSENT:
                await door.ask(
                    "POST", f"{path}/pass_over/", headers, f"key=away-{self.round}-{n}-{turn}"
                )
                continue
            await door.ask("POST", f"{path}/begin/", headers, f"key=begin-{self.round}-{n}-{turn}")
            await asyncio.sleep(self.source.gammavariate(2, MINUTES / 2) * 60 / SPEED)
            key = f"key=finish-{self.round}-{n}-{turn}"
            status, _ = await door.ask("POST", f"{path}/finish/", headers, key)
            if status == TAKEN:
                self.finished.append(matter[1].decode())

    async def _screen(self, day: _Day, n: int) -> None:
        """Listens; asks for its part as the page's script does, not more than it does."""
        headers = self.screens[n] | {"HX-Request": "true"}
        place = f"counter-{self.counters[n].number}" if n < COUNTERS else "ticket"
        day.shown[n] = {}
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(load.request("GET", f"/live/{place}", {}))
        changed = asyncio.Event()

        async def listen() -> None:
            async for line in reader:
                if line.startswith(b"data:"):
                    changed.set()

        listening = asyncio.create_task(listen())
        door = _Door(self.port)
        try:
            while True:
                await changed.wait()
                await asyncio.sleep(0.15 + 0.15 * self.source.random())
                changed.clear()
                _status, part = await door.ask("GET", "/hall/screen/?round=0", headers)
                now = time.perf_counter()
                for found in LABEL.findall(part):
                    day.shown[n].setdefault(found[0] or found[1], now)
        finally:
            listening.cancel()

    def judged(self) -> dict[str, Any]:
        """What the ledger says of the day."""
        from collections import Counter as Tally

        from tongban.kernel.ledger.models import Event
        from tongban.services.hall.lines import BOUND
        from tongban.services.hall.models import Ticket

        keys = {"key__startswith": f"next-{self.round}-"}
        calls = Tally(Event.objects.filter(step="call", **keys).values_list("matter", flat=True))
        waits: Any = Ticket.objects.filter(called_at__isnull=False, estimate__isnull=False)
        errors = sorted(
            abs((at - since).total_seconds() / 60 - told)
            for at, since, told in waits.values_list("called_at", "queued_at", "estimate")
        )
        ended = ("served", "absent")
        return {
            "called_twice": sum(1 for n in calls.values() if n > 1),
            "never_ended": Ticket.objects.exclude(matter__state__in=ended).count(),
            "drawn_twice": Event.objects.filter(key__startswith=f"draw-{self.round}-").count()
            - self.drawn,
            "lost": len(self.finished)
            - Ticket.objects.filter(
                matter__number__in=self.finished, matter__state="served"
            ).count(),
            "most_overtaken": max(Ticket.objects.values_list("overtaken", flat=True), default=0),
            "bound": BOUND,
            "estimate_error_p50_min": round(errors[len(errors) // 2] * SPEED, 1) if errors else 0,
            "estimate_error_p90_min": round(errors[int(len(errors) * 0.9)] * SPEED, 1)
            if errors
            else 0,
        }


class _Door:
    """One kept connection, its answers read whole."""

    again = 0  # how often an answer was lost

    def __init__(self, port: int):
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, headers: dict[str, str], body: str = ""
    ) -> tuple[int, bytes]:
        while True:
            try:
                if self.streams is None:
                    self.streams = await asyncio.open_connection("127.0.0.1", self.port)
                reader, writer = self.streams
                writer.write(load.request(method, path, headers, body))
                status, answer = await read_answer(reader)
                if status < BROKEN:
                    return status, answer
            except (OSError, EOFError):
                self.streams = None
            _Door.again += 1
            await asyncio.sleep(0.05)
