"""`tongban clock`: the working-day calendar on the command line."""

import argparse
import json
from datetime import date, timedelta
from pathlib import Path

from .calendar import LimitError, publish, published, read


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="the last day of a limit that begins after START")
    add.add_argument("start", type=_day)
    add.add_argument("days", type=int)
    for name, purpose in (
        ("between", "working days after START up to and including END"),
        ("explain", "each day after START up to END, with its reason"),
    ):
        action = actions.add_parser(name, help=purpose)
        action.add_argument("start", type=_day)
        action.add_argument("end", type=_day)
    publish_one = actions.add_parser("publish", help="a year's holidays, from a CSV")
    publish_one.add_argument("file", type=Path)
    for action in actions.choices.values():
        action.add_argument("--json", action="store_true")


def run(chosen: argparse.Namespace) -> int:
    if chosen.action == "publish":
        return _publish(chosen.file)
    calendar = published()
    try:
        end = calendar.add(chosen.start, chosen.days) if chosen.action == "add" else chosen.end
        counted = calendar.between(chosen.start, end)
        days = [chosen.start + timedelta(n + 1) for n in range((end - chosen.start).days)]
    except LimitError as error:
        print(f"tongban: {error}")
        return 1
    provisional = calendar.is_provisional(end)
    if chosen.json:
        shown = {"start": chosen.start, "end": end, "working_days": counted}
        explained = [
            {"day": str(d), "counts": calendar.is_working(d), "reason": calendar.reason(d)}
            for d in days
        ]
        print(
            json.dumps(
                {k: str(v) if isinstance(v, date) else v for k, v in shown.items()}
                | {"provisional": provisional}
                | ({"days": explained} if chosen.action == "explain" else {}),
                ensure_ascii=False,
            )
        )
        return 0
    number = 0
    for day in days if chosen.action == "explain" else []:
        number += calendar.is_working(day)
        mark = f"{number:4d}" if calendar.is_working(day) else "   -"
        print(f"{day} {'一二三四五六日'[day.weekday()]} {mark}  {calendar.reason(day)}")
    if provisional:
        print(f"{end.year} 年的放假安排尚未公布，结果为暂定，公布后将重新计算")
    print(end if chosen.action == "add" else counted)
    return 0


def _publish(file: Path) -> int:
    """The worker then computes every open deadline again."""
    try:
        place = publish(read(file))
    except (LimitError, OSError, UnicodeDecodeError) as error:
        print(f"tongban: {error}")
        return 1
    print(f"{place.stem} 年放假安排已启用，未办结的时限由后台重新计算")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"日期应写作 2022-09-28，现为 {text!r}") from error
