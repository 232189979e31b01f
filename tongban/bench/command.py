"""`tongban bench NAME|all`: each on a scratch installation, cleaned up afterwards."""

import argparse
import importlib

from .report import Figure, show

BENCHES = {
    "step": "steps taken through HTTP against a bare view that writes two rows",
    "page": "case detail and filtered list",
    "ledger": "cost of a step as the ledger grows",
    "crash": "kill -9 under load: nothing lost, nothing doubled",
    "search": "everyday queries: right item on top, latency inside the server",
    "cases": "a mixed hall day of 22 units × 5 clerks, as the register grows",
    "live": "200 open walls hear of a step, beside one bare listener",
    "seals": "500 papers sealed one by one; every single byte of one changed",
    "booking": "5,000 people for 500 places in the same second, kills in between",
    "heartbeats": "2,000 devices heard of each minute: what it costs of one core",
    "hall": "3,000 tickets, 40 counters, 60 screens: the worst day ten times over",
    "calendar": "a calendar change: 50,000 deadlines again, while people work",
    "items": "guides, the list of items, what a change would do to figures and cases",
    "clock": "the outside replay against the product on random histories",
}
NEVER = ("lost", "doubled", "oversold", "bytes missed")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=[*BENCHES, "all"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the work")


def run(chosen: argparse.Namespace) -> int:
    names = list(BENCHES) if chosen.name == "all" else [chosen.name]
    figures: list[Figure] = []
    for name in names:
        part = importlib.import_module(f"tongban.bench.{name}")
        figures += part.measure(chosen.scale)
    show(figures, as_json=chosen.json)
    return 0 if all(f.value == 0 for f in figures if f.name in NEVER) else 1
