"""Recompute the deadlines of exported matters from their events and a calendar alone.

    python3 replay.py calendar.csv events.jsonl

Standard library only; imports nothing of the platform, so that an outside expert can read it
whole and check it against the law. Written from the text of 行政许可法 第三十二、四十二、
四十五、八十二条 and 民法典 第二百零一、二百零三条, day by day, with no arithmetic to trust.

calendar.csv   date,kind,name with kind "holiday" or "workday" (a moved workday)
events.jsonl   one event a line: {"matter", "seq", "facts": {"clock": {...}, "within": {...}}};
               a line may carry "stored": {"due_on", "statutory_due_on", "act_on"}, the dates
               the platform itself held after that event

Prints each matter's last dates. Exits 1 and names the first event whose stored dates differ.
"""

import csv
import json
import sys
from datetime import date, timedelta

ONE = timedelta(days=1)


def read_calendar(path):
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return {date.fromisoformat(r["date"]): r["kind"] for r in csv.DictReader(lines)}


def works(day, calendar):
    """A published exception decides; otherwise Monday to Friday."""
    kind = calendar.get(day)
    return kind == "workday" if kind else day.weekday() < 5


class Replay:
    """One matter: feed its events in order, read its dates."""

    def __init__(self, calendar):
        self.calendar = calendar
        self.clock = None  # the fact which started it
        self.extended = 0
        self.spans = []  # [from, to or None]: the days in (from, to] count
        self.act_on = None

    def feed(self, facts):
        if "clock" in facts:
            self.feed_clock(facts["clock"])
        if "within" in facts:
            within = facts["within"]
            self.act_on = within and self.end(
                date.fromisoformat(within["from"]), within["days"], within["unit"]
            )

    def feed_clock(self, fact):
        on = date.fromisoformat(fact["on"])
        action = fact["action"]
        if action == "start":
            self.clock, self.extended, self.spans = fact, 0, [[on, None]]
        elif action == "pause":
            self.spans[-1][1] = on
        elif action == "resume":
            self.spans.append([on, None])
        elif action == "extend":
            self.extended += fact["days"]
        elif action == "stop":
            self.spans[-1][1] = self.spans[-1][1] or on
        else:
            raise SystemExit("unknown clock action: %s" % action)

    def counts(self, day):
        return self.clock["unit"] == "calendar" or works(day, self.calendar)

    def end(self, start, days, unit):
        """The day of the event does not count; a calendar limit that ends on a day off
        runs to the next working day."""
        day = start
        while days > 0:
            day += ONE
            if unit == "calendar" or works(day, self.calendar):
                days -= 1
        while unit == "calendar" and day != start and not works(day, self.calendar):
            day += ONE
        return day

    def due(self, limit):
        if self.clock is None or limit is None:
            return None
        left = limit + self.extended
        for start, until in self.spans:
            used, day = 0, start
            while until is not None and day < until and used < left:
                day += ONE
                used += self.counts(day)
            if until is None or used == left:
                return self.end(start, left, self.clock["unit"])
            left -= used
        return self.end(until, left, self.clock["unit"])

    def dates(self):
        clock = self.clock or {"promised": None, "statutory": None}
        shown = clock["statutory"] if clock["promised"] is None else clock["promised"]
        found = {
            "due_on": self.due(shown),
            "statutory_due_on": self.due(clock["statutory"]),
            "act_on": self.act_on,
        }
        return {name: day and day.isoformat() for name, day in found.items()}


def replay(calendar, lines):
    """Feed every line; yields (matter, seq, dates, stored or None)."""
    matters = {}
    for line in lines:
        event = json.loads(line)
        matter = matters.setdefault(event["matter"], Replay(calendar))
        matter.feed(event.get("facts", {}))
        yield event["matter"], event["seq"], matter.dates(), event.get("stored")


def main(arguments):
    if len(arguments) != 2:
        raise SystemExit(__doc__)
    last, checked = {}, 0
    with open(arguments[1], encoding="utf-8") as lines:
        for matter, seq, dates, stored in replay(read_calendar(arguments[0]), lines):
            last[matter] = dates
            if stored is not None:
                checked += 1
                for name, value in stored.items():
                    if dates[name] != value:
                        print(
                            "matter %s event %s: %s stored %s, replayed %s"
                            % (matter, seq, name, value, dates[name])
                        )
                        return 1
    for matter, dates in last.items():
        print(matter, *("%s=%s" % (k, v or "-") for k, v in dates.items()))
    print("%d matters, %d stored events agree" % (len(last), checked))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
