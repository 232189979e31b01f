"""The statutory clock against the worked examples and a day-by-day reference."""

import csv
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.bench import clock as clock_bench
from tongban.kernel.clock import (
    Calendar,
    Light,
    Limit,
    LimitError,
    deadline,
    fold,
    light,
    published,
)
from tongban.kernel.clock.calendar import PUBLISHED_FILE

ROOT = Path(__file__).parents[2]
CALENDAR = published()
days = st.dates(date(2021, 1, 1), date(2027, 6, 30))


def start(on, promised=20, statutory=20, unit="working"):
    return {
        "action": "start",
        "on": on,
        "promised": promised,
        "statutory": statutory,
        "unit": unit,
        "law": "行政许可法 第四十二条",
    }


def pause(on):
    return {
        "action": "pause",
        "on": on,
        "rule": "检验",
        "law": "行政许可法 第四十五条",
        "told_days": 5,
    }


@pytest.mark.parametrize(
    ("began", "limit", "ends"),
    [
        ("2022-01-20", 20, "2022-02-22"),
        ("2022-01-28", 5, "2022-02-09"),
        ("2022-04-01", 5, "2022-04-11"),
        ("2022-04-29", 20, "2022-05-31"),
        ("2022-09-28", 20, "2022-10-31"),
        ("2022-12-28", 20, "2023-01-31"),
        ("2022-10-07", 2, "2022-10-09"),
    ],
)
def test_worked_examples(began, limit, ends):
    found = deadline(fold([start(began, limit, limit)], CALENDAR), CALENDAR)
    assert found.due_on == date.fromisoformat(ends)
    assert not found.provisional


def reference_end(start_on, limit):
    day = start_on
    while limit:
        day += timedelta(1)
        limit -= CALENDAR.is_working(day)
    return day


@given(days, st.integers(0, 120))
def test_adding_agrees_with_counting_day_by_day(began, limit):
    assert CALENDAR.add(began, limit) == reference_end(began, limit)


@given(days, st.integers(1, 120))
def test_the_last_day_is_the_first_with_enough_working_days(began, limit):
    end = CALENDAR.add(began, limit)
    assert CALENDAR.between(began, end) == limit
    assert CALENDAR.between(began, end - timedelta(1)) == limit - 1


def test_the_calendar_agrees_with_an_outside_library():
    day = date(2021, 1, 1)
    while day <= date(2026, 12, 31):
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day), day
        day += timedelta(1)


def test_a_pause_of_one_day_costs_nothing_and_gives_nothing():
    plain = deadline(fold([start("2022-09-28")], CALENDAR), CALENDAR)
    facts = [start("2022-09-28"), pause("2022-10-10"), {"action": "resume", "on": "2022-10-10"}]
    assert deadline(fold(facts, CALENDAR), CALENDAR).due_on == plain.due_on


def test_a_resumed_clock_goes_on_with_the_days_left_and_says_which_rule_moved_it():
    facts = [
        start("2022-09-26", 3, 20),
        pause("2022-09-27"),
        {"action": "resume", "on": "2022-10-09"},
    ]
    clock = fold(facts, CALENDAR)
    found = deadline(clock, CALENDAR)
    assert found.due_on == date(2022, 10, 11)
    assert found.used_days == 1
    assert [(m.rule, m.law, m.after) for m in clock.moves] == [
        ("检验", "行政许可法 第四十五条", "2022-10-11")
    ]


def test_an_extension_moves_both_deadlines():
    clock = fold(
        [
            start("2022-09-28", 3, 20),
            {
                "action": "extend",
                "on": "2022-10-08",
                "days": 10,
                "rule": "延长",
                "law": "行政许可法 第四十二条",
            },
        ],
        CALENDAR,
    )
    found = deadline(clock, CALENDAR)
    assert found.limit_days == 13
    assert found.statutory_due_on == CALENDAR.add(date(2022, 9, 28), 30)


def test_dates_past_the_published_calendar_are_provisional():
    assert deadline(fold([start("2026-12-20")], CALENDAR), CALENDAR).provisional


def test_calendar_days_that_end_on_a_day_off_run_to_the_next_working_day():
    assert Limit(5, "民法典 第二百零三条", "calendar").ends(date(2022, 9, 28), CALENDAR) == date(
        2022, 10, 8
    )


@pytest.mark.parametrize(
    "facts",
    [
        [pause("2022-09-28")],
        [start("2022-09-28"), {"action": "resume", "on": "2022-09-29"}],
        [start("2022-09-28"), pause("2022-09-29"), pause("2022-09-30")],
        [start("2022-09-28"), pause("2022-09-27")],
        [start("2022-09-28"), {"action": "stop", "on": "2022-09-29"}, pause("2022-09-30")],
        [
            start("2022-09-28"),
            {"action": "extend", "on": "2022-09-29", "days": 0, "rule": "", "law": ""},
        ],
    ],
)
def test_facts_that_do_not_fit_are_refused(facts):
    with pytest.raises(LimitError):
        fold(facts, CALENDAR)


def test_limits_outside_the_calendar_are_refused():
    with pytest.raises(LimitError, match="负数"):
        CALENDAR.add(date(2022, 1, 1), -1)
    with pytest.raises(LimitError, match="超出日历范围"):
        CALENDAR.add(date(2100, 12, 1), 400)
    with pytest.raises(LimitError, match="超出日历范围"):
        CALENDAR.between(date(1990, 1, 1), date(2022, 1, 1))


def test_lights():
    found = deadline(fold([start("2022-09-28", 10, 20)], CALENDAR), CALENDAR)
    assert found.due_on == date(2022, 10, 17)
    assert light(date(2022, 9, 29), found, None) == Light.GREEN
    assert light(found.yellow_on, found, None) == Light.YELLOW
    assert light(found.yellow_on - timedelta(1), found, None) == Light.GREEN
    assert CALENDAR.between(found.yellow_on, found.due_on) == 3
    assert light(date(2022, 10, 18), found, None) == Light.RED
    assert light(date(2022, 12, 1), found, date(2022, 10, 17)) == Light.BLUE
    assert light(date(2022, 12, 1), found, date(2022, 10, 18)) == Light.RED
    paused = deadline(fold([start("2022-09-28"), pause("2022-09-29")], CALENDAR), CALENDAR)
    assert light(date(2023, 1, 1), paused, None) == Light.GREY


def test_the_outside_replay_agrees_on_random_histories():
    assert clock_bench.disagreements(seed=20220928, count=3000) == 0


def test_the_replay_uses_the_standard_library_alone():
    text = (ROOT / "tools" / "replay.py").read_text()
    imported = {
        line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= {"csv", "json", "sys", "datetime"}
    assert len(text.splitlines()) <= 200


def test_a_newly_published_calendar_moves_a_provisional_deadline():
    with PUBLISHED_FILE.open(encoding="utf-8") as lines:
        assert {row["kind"] for row in csv.DictReader(lines)} == {"holiday", "workday"}
    until_2025 = Calendar(
        {d: e for d, e in CALENDAR.exceptions.items() if d.year < 2026}, CALENDAR.published - {2026}
    )
    facts = [start("2025-12-29", 10, 10)]
    before, after = (deadline(fold(facts, c), c) for c in (until_2025, CALENDAR))
    assert before.provisional
    assert not after.provisional
    assert before.due_on != after.due_on


@settings(max_examples=200)
@given(st.randoms(use_true_random=False))
def test_a_clock_survives_storage(source):
    clock = fold(clock_bench.random_history(source), CALENDAR)
    assert type(clock).from_json(clock.to_json()) == clock


def test_the_command_prints_the_last_day_last():
    command = [sys.executable, "-m", "tongban.cli", "clock", "add", "2022-09-28", "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "2022-10-31"
