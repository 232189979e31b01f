"""A matter's events and the calendar as an outside expert needs them (tools/replay.py)."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..clock import published
from ..clock.calendar import write
from ..ledger.chain import instant
from ..ledger.models import Event
from .models import Matter


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=["events"])
    parser.add_argument("folder", type=Path, help="gets events.jsonl and calendar.csv")
    parser.add_argument("--number", help="of one matter; without it, of all")


def run(chosen: argparse.Namespace) -> int:
    chosen.folder.mkdir(parents=True, exist_ok=True)
    matters = Matter.objects.order_by("id")
    if chosen.number:
        matters = matters.filter(number=chosen.number)
    count = 0
    with (chosen.folder / "events.jsonl").open("w", encoding="utf-8") as file:
        for matter in matters.iterator(chunk_size=1000):
            for line in lines(matter):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    write(published().exceptions, chosen.folder / "calendar.csv")
    print(f"{count} 个事件 → {chosen.folder}/events.jsonl")
    return 0


def lines(matter: Matter) -> Iterator[dict[str, Any]]:
    """One line an event; the last says which dates the platform holds now."""
    events = list(Event.objects.filter(matter=matter).order_by("seq"))
    for event in events:
        line = {
            "matter": matter.number,
            "seq": event.seq,
            "step": event.step,
            "at": instant(event.at),
            "facts": event.facts,
        }
        if event is events[-1]:
            dates = ("due_on", "statutory_due_on", "act_on")
            line["stored"] = {n: _text(getattr(matter, n)) for n in dates}
        yield line


def _text(day: Any) -> str | None:
    return day.isoformat() if day else None
