"""The product and the bare view by turns: a noisy machine is noisy to both."""

from collections.abc import Callable

from . import load
from .house import served

ROUNDS = 5
BARE = "tongban.bench.bare_asgi:application"
Make = Callable[[int], bytes | None]


def in_turn(
    ours: Make, bare: Make, *, status: int | tuple[int, ...], seconds: float
) -> tuple[load.Run, load.Run]:
    """The median run of each; a first round warms both up and does not count."""
    runs: tuple[list[load.Run], list[load.Run]] = ([], [])
    with served() as one, served(BARE) as other:
        for _ in range(ROUNDS + 1):
            runs[0].append(load.run(one, ours, seconds=seconds, status=status))
            runs[1].append(load.run(other, bare, seconds=seconds))
    return _median(runs[0][1:]), _median(runs[1][1:])


def _median(runs: list[load.Run]) -> load.Run:
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]
