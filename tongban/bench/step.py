"""Steps through HTTP, with all that a step does, against a bare view that writes two rows."""

from typing import Any

from . import load
from .house import scratch, served, signed_in
from .report import Figure, rate

SECONDS, ROUNDS, CASES = 4.0, 5, 14_000


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

        bare, ours = _in_turn(lambda _place: load.request("GET", "/two/", {}), step)
    return [
        rate(
            "step",
            _median(ours).rate,
            _median(bare).rate,
            failed=sum(run.failed for run in (*ours, *bare)),
            p50_ms=round(1000 * _median(ours).percentile(0.5), 1),
            p99_ms=round(1000 * _median(ours).percentile(0.99), 1),
            rounds=ROUNDS,
        )
    ]


def _in_turn(bare: Any, ours: Any) -> tuple[list[load.Run], list[load.Run]]:
    """One after the other, several times: a noisy machine is noisy to both. The first round
    warms both up and does not count."""
    runs: tuple[list[load.Run], list[load.Run]] = ([], [])
    with served("tongban.bench.bare_asgi:application") as one, served() as other:
        for _ in range(ROUNDS + 1):
            runs[0].append(load.run(one, bare, seconds=SECONDS))
            runs[1].append(load.run(other, ours, seconds=SECONDS, status=302))
    return runs[0][1:], runs[1][1:]


def _median(runs: list[load.Run]) -> load.Run:
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]
