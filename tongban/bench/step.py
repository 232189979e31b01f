"""Steps through HTTP, with all that a step does, against a bare view that writes two rows."""

from typing import Any

from . import load
from .house import scratch, signed_in
from .report import Figure, rate
from .turns import in_turn

SECONDS, CASES = 4.0, 16_000


def measure(scale: float) -> list[Figure]:
    with scratch():
        from django.utils import timezone

        from tongban.demo import bulk, people, reference  # after Django is ready

        now = timezone.now()
        reference.load(now.date())
        people.load("bench", now.date())
        cases = bulk.Bulk("SC", now.date())
        numbers = iter(cases.write(int(CASES * scale), now, roads=((),)))
        clerk = signed_in("chen")

        def step(_place: int) -> Any:
            number = next(numbers, None)
            path = f"/desk/case/{number}/step/accept/"
            body = f"version=1&key=bench-{number}"
            return load.request("POST", path, clerk, body) if number else None

        def two_rows(_place: int) -> bytes:
            return load.request("GET", "/two/", {})

        ours, bare = in_turn(step, two_rows, status=302, seconds=SECONDS)
    return [
        rate(
            "step",
            ours.rate,
            bare.rate,
            failed=ours.failed + bare.failed,
            p50_ms=round(1000 * ours.percentile(0.5), 1),
            p99_ms=round(1000 * ours.percentile(0.99), 1),
        )
    ]
