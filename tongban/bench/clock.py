"""A million random histories: the product's clock against the outside replay, event by event."""

import importlib.util
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tongban.kernel.clock import Fact, apply, deadline, published
from tongban.kernel.clock.calendar import PUBLISHED_FILE

from .report import Figure

HISTORIES, SHARE = 1_000_000, 10_000
REPLAY = Path(__file__).resolve().parents[2] / "tools" / "replay.py"
FIRST_DAY, DAYS = date(2021, 1, 1), 2300
LAW = "行政许可法 第四十二条"


def measure(scale: float) -> list[Figure]:
    count = int(HISTORIES * scale)
    shares = [(n, min(SHARE, count - n)) for n in range(0, count, SHARE)]
    began = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        wrong = sum(pool.map(_share, shares))
    seconds = round(time.monotonic() - began, 1)
    return [
        Figure("replay_histories", count, "histories", details={"seconds": seconds}),
        Figure("replay_disagreements", wrong, "histories"),
    ]


def _share(share: tuple[int, int]) -> int:
    return disagreements(*share)


def disagreements(seed: int, count: int) -> int:
    """How many of `count` random histories the two do not tell the same dates of."""
    replay = _outside()
    outside, calendar = replay.read_calendar(PUBLISHED_FILE), published()
    source = random.Random(seed)  # noqa: S311 - histories, not secrets
    wrong = 0
    for _ in range(count):
        clock, other = None, replay.Replay(outside)
        for fact in random_history(source):
            clock = apply(clock, fact, calendar)
            other.feed_clock(fact)
        found, told = deadline(clock, calendar), other.dates()
        ours = (found.due_on, found.statutory_due_on)
        theirs = (told["due_on"], told["statutory_due_on"])
        wrong += tuple(day and day.isoformat() for day in ours) != theirs
    return wrong


def _outside() -> Any:
    """The replay as a stranger has it: a file, loaded without anything of ours."""
    spec = importlib.util.spec_from_file_location("replay", REPLAY)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def random_history(source: random.Random) -> list[Fact]:
    """Facts of one matter that could have happened: starts after corrections, pauses,
    extensions, transfers that start anew, moved workdays and unpublished years in reach."""
    on = FIRST_DAY + timedelta(source.randrange(DAYS))
    begin = {
        "action": "start",
        "promised": source.choice([None, 1, 3, 10, 20]),
        "statutory": source.choice([None, 5, 20, 45]),
        "unit": "working" if source.random() < 0.8 else "calendar",
        "law": LAW,
    }
    facts: list[Fact] = [begin | {"on": on.isoformat()}]
    paused = False
    for _ in range(source.randrange(8)):
        on += timedelta(source.randrange(12))
        action = "resume" if paused else source.choice(["pause", "extend", "start"])
        kinds: dict[str, Fact] = {
            "resume": {},
            "pause": {"rule": "检验", "law": "行政许可法 第四十五条", "told_days": 5},
            "extend": {"days": source.randrange(1, 15), "rule": "延长", "law": LAW},
            "start": begin | {"rule": "转办"},
        }
        facts.append({**kinds[action], "action": action, "on": on.isoformat()})
        paused = action == "pause"
    return facts
