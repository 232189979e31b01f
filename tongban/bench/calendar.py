"""A year's holidays are published: every deadline of 50,000 open cases computed again, while
people go on taking steps."""

import threading
import time
from datetime import date

from . import load
from .house import scratch, served, signed_in
from .report import Figure

CASES, HANDS, BEFORE_SECONDS = 50_000, 4, 6.0
STEPS = 8_000


def measure(scale: float) -> list[Figure]:
    count, steps = int(CASES * scale), max(int(STEPS * scale), 400)
    with scratch():
        from django.utils import timezone

        from tongban.demo import bulk, people, reference
        from tongban.kernel.clock import published
        from tongban.kernel.clock.calendar import HOLIDAY, Exceptional, publish
        from tongban.kernel.procedures.models import Matter
        from tongban.kernel.procedures.recalculating import keep_up, recalculate

        now = timezone.now()
        reference.load(now.date())
        people.load("bench", now.date())
        cases = bulk.Bulk("SC", now.date())
        cases.write(count, now, roads=((bulk.ACCEPT,),), days=5)
        numbers = iter(cases.write(steps, now, roads=((),)))
        clerk = signed_in("chen")
        keep_up(now)

        def step(_place: int) -> bytes | None:
            number = next(numbers, None)
            path = f"/desk/case/{number}/step/accept/"
            return load.request("POST", path, clerk, f"key=bench-{number}") if number else None

        last = Matter.objects.filter(due_on__isnull=False).latest("due_on").due_on
        assert last is not None
        year = {date(now.year + 1, 1, n): Exceptional(HOLIDAY, "元旦") for n in range(1, 4)}
        # what lies between today and the last limit is made free, so that most limits move
        shut = {day: one for day, one in published().exceptions.items() if day.year == now.year}
        shut |= {date.fromordinal(now.toordinal() + n): Exceptional(HOLIDAY, "试") for n in (1, 2)}
        with served() as port:
            calm = load.run(port, step, seconds=BEFORE_SECONDS, connections=HANDS, status=302)
            publish(year)
            publish(shut)
            busy: list[load.Run] = []
            seconds: list[float] = []

            def again() -> None:
                from django.db import connection

                began = time.perf_counter()
                moved.append(recalculate(published()))
                seconds.append(time.perf_counter() - began)
                connection.close()

            moved: list[int] = []
            worker = threading.Thread(target=again)
            worker.start()
            busy.append(load.run(port, step, seconds=BEFORE_SECONDS, connections=HANDS, status=302))
            worker.join()
    return [
        Figure(
            "deadlines recalculated",
            round(seconds[0], 1),
            "s",
            details={"open": count, "moved": moved[0]},
        ),
        Figure(
            "a step meanwhile",
            _ms(busy[0]),
            "ms p95",
            raw=_ms(calm),
            ratio=round(_ms(calm) / _ms(busy[0]), 3),
            details={"failed": busy[0].failed + calm.failed},
        ),
    ]


def _ms(run: load.Run) -> float:
    return round(1000 * run.percentile(0.95), 1)
