"""Steps through HTTP, with all that a step does, against a bare view that writes two rows."""

from typing import Any

from . import load
from .house import scratch, served, signed_in
from .report import Figure, rate

SECONDS, WARM = 8.0, 1.5
CASES = 9000


def measure(scale: float) -> list[Figure]:
    with scratch():
        from django.utils import timezone

        from tongban.demo import bulk, people, reference  # after Django is ready

        now = timezone.now()
        reference.load(now.date())
        people.load("bench", now.date())
        numbers = bulk.Bulk("SC", now.date()).write(int(CASES * scale), now, roads=((),))
        clerk = signed_in("chen")
        bare = _bare()
        ours = _ours(numbers, clerk)
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


def _bare() -> load.Run:
    message = load.request("GET", "/two/", {})
    with served("tongban.bench.bare_asgi:application") as port:
        load.run(port, lambda n: message, seconds=WARM)
        return load.run(port, lambda n: message, seconds=SECONDS)


def _ours(numbers: list[str], headers: dict[str, str]) -> load.Run:
    def message(place: int) -> Any:
        if place >= len(numbers):
            return None
        number = numbers[place]
        path = f"/desk/case/{number}/step/accept/"
        return load.request("POST", path, headers, f"version=1&key=bench-{number}")

    with served() as port:
        warm = load.run(port, message, seconds=WARM, status=302)
        begun = warm.done + 8
        return load.run(port, lambda n: message(begun + n), seconds=SECONDS, status=302)
