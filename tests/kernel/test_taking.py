"""The one door to a change of state."""

import random
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from tests.kernel.lending import Lending, citizen, library, staff
from tongban.kernel.clock import deadline, fold, published
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.personal import read
from tongban.kernel.notices.models import Notice
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.procedures.jobs import act_on_silence
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.numbering import is_number
from tongban.kernel.procedures.refusals import Invalid, NotAllowed, NotNow, Refusal, Stale
from tongban.kernel.procedures.scope import open_steps, visible
from tongban.kernel.procedures.taking import take

pytestmark = pytest.mark.django_db
TODAY = date(2022, 9, 28)
NOON = datetime(2022, 9, 28, 4, 0, tzinfo=UTC)
ASK = {"tool": "电钻", "phone": "13800138000"}


@pytest.fixture
def people(db):
    library()
    return {
        "clerk": actor_of(staff("clerk", "clerk"), TODAY),
        "other": actor_of(staff("approver", "approver"), TODAY),
        "citizen": actor_of(citizen(), TODAY),
        "stranger": actor_of(citizen("stranger", "王芳", "13900139000"), TODAY),
    }


def asked(people, key="k", at=NOON):
    return take(Lending.ask, None, people["citizen"], ASK, key=key, at=at).matter


def test_opening_gives_a_number_a_chain_and_a_limit_for_silence(people):
    matter = asked(people)
    assert matter.number.startswith("LIB20220928-0001-")
    assert is_number(matter.number)
    assert matter.state == "asked"
    assert matter.act_on == date(2022, 10, 10)
    event = Event.objects.get(matter=matter)
    assert event.facts["form"] == {"tool": "电钻"}
    assert "13800138000" not in str(event.facts)
    assert read(event) == {"phone": "13800138000"}


def test_the_same_key_opens_one_matter_and_gives_one_number(people):
    assert asked(people).number == asked(people).number
    assert Matter.objects.filter(kind=Lending.code).count() == 1
    assert asked(people, key="other").number.startswith("LIB20220928-0002-")


def test_a_key_used_for_another_step_is_refused(people):
    matter = asked(people)
    take(Lending.lend, matter, people["clerk"], key="k2", at=NOON)
    with pytest.raises(Invalid, match="Idempotency-Key"):
        take(Lending.give_back, matter, people["clerk"], key="k2", at=NOON)


def test_lending_starts_the_clock_tells_the_applicant_and_may_be_repeated(people):
    matter = asked(people)
    first = take(Lending.lend, matter, people["clerk"], key="k2", at=NOON)
    again = take(Lending.lend, matter, people["clerk"], key="k2", at=NOON)
    assert first == again
    matter.refresh_from_db()
    assert matter.due_on == date(2022, 10, 8)
    assert matter.statutory_due_on == date(2022, 10, 31)
    assert matter.act_on is None
    assert [str(n) for n in Notice.objects.order_by("id")] == ["“电钻”已借出"] * 2


def test_the_second_to_press_is_told_who_did_what_when(people):
    matter = asked(people)
    take(Lending.lend, matter, people["clerk"], key="a", at=NOON)
    with pytest.raises(Stale, match="09-28 12:00:00 clerk 已办“借出”，现为“借出”"):
        take(Lending.decline, matter, people["clerk"], {"reason": "x"}, key="b", at=NOON)
    with pytest.raises(Stale):
        take(Lending.give_back, matter, people["clerk"], key="c", expects=1, at=NOON)


def test_others_are_told_who_could(people):
    matter = asked(people)
    with pytest.raises(NotAllowed, match="窗口人员"):
        take(Lending.lend, matter, people["other"], key="a")
    with pytest.raises(NotAllowed, match="没有找到"):
        take(Lending.give_back, matter, people["stranger"], key="a")
    assert open_steps(people["stranger"], matter) == []
    assert [s.name for s in open_steps(people["clerk"], matter)] == ["lend", "decline"]


def test_a_bad_form_names_the_field_and_changes_nothing(people):
    with pytest.raises(Invalid) as refused:
        take(Lending.ask, None, people["citizen"], {"tool": ""}, key="a")
    assert refused.value.errors["tool"] == ["请填写“工具”"]
    assert Matter.objects.filter(kind=Lending.code).count() == 0
    assert asked(people).number.startswith("LIB20220928-0001")


def test_a_clock_set_back_a_little_is_absorbed_and_a_lot_is_refused(people):
    matter = asked(people)
    event = take(Lending.lend, matter, people["clerk"], key="a", at=NOON - timedelta(seconds=20))
    assert event.at > NOON
    with pytest.raises(NotNow, match="校准时钟"):
        take(Lending.give_back, matter, people["clerk"], key="b", at=NOON - timedelta(hours=1))


def test_silence_counts_as_accepted_from_the_day_of_receipt(people):
    matter = asked(people)
    assert act_on_silence(datetime(2022, 10, 10, 15, 59, tzinfo=UTC)) == 0
    assert act_on_silence(datetime(2022, 10, 10, 16, 1, tzinfo=UTC)) == 1
    matter.refresh_from_db()
    assert matter.state == "lent"
    assert matter.clock["spans"] == [["2022-09-28", None]]
    assert matter.due_on == date(2022, 10, 8)


def test_the_cost_of_a_step_is_fixed(people, django_assert_max_num_queries):
    matter = asked(people)
    with django_assert_max_num_queries(7):  # savepoints of the test included
        take(Lending.lend, matter, people["clerk"], key="a", at=NOON)


def test_what_a_person_sees(people):
    mine = asked(people)
    elsewhere = actor_of(staff("far", "clerk", unit=None), TODAY)
    assert Matter.objects.filter(visible(people["citizen"], Matter)).get() == mine
    assert not Matter.objects.filter(visible(people["stranger"], Matter)).exists()
    assert Matter.objects.filter(visible(elsewhere, Matter)).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_pressing_at_once_exactly_one_wins():
    library()
    clerks = [actor_of(staff(f"clerk{n}", "clerk"), TODAY) for n in range(8)]
    matter = take(Lending.ask, None, actor_of(citizen(), TODAY), ASK, key="k", at=NOON).matter
    won, told = [], []

    def press(number, clerk):
        step = [Lending.lend, Lending.decline][number % 2]
        try:
            won.append(take(step, matter, clerk, {"reason": "没有"}, key="p", at=NOON))
        except Stale as stale:
            told.append(str(stale))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=pair) for pair in enumerate(clerks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert len(told) == 7
    assert all("已办" in text for text in told)


@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_are_distinct_and_without_gaps():
    library()
    actor = actor_of(citizen(), TODAY)

    def ask(number):
        try:
            take(Lending.ask, None, actor, ASK, key=f"k{number % 10}", at=NOON)
        except Refusal:
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(Matter.objects.values_list("number", flat=True))
    assert [n.split("-")[1] for n in numbers] == [f"{n:04d}" for n in range(1, 11)]


def test_random_walks_keep_every_promise_of_the_core(people):
    source = random.Random(7)
    at = NOON
    for walk in range(25):
        matter = asked(people, key=f"w{walk}", at=at)
        for number in range(12):
            at += timedelta(hours=source.randrange(1, 60))
            matter.refresh_from_db()
            steps = [
                s for s in matter.procedure.steps.values() if s.name not in ("record_document",)
            ]
            step = source.choice(steps)
            actor = source.choice([*people.values(), the_system()])
            if step.is_opening:
                continue
            try:
                take(
                    step,
                    matter,
                    actor,
                    {"reason": "因", "days": "3"},
                    key=f"{walk}.{number}",
                    at=at,
                )
            except Refusal:
                before = matter.head_seq
                matter.refresh_from_db()
                assert matter.head_seq == before
                continue
        matter.refresh_from_db()
        facts = [e.facts["clock"] for e in matter.events.order_by("seq") if "clock" in e.facts]
        found = deadline(fold(facts, published()), published())
        assert (matter.due_on, matter.statutory_due_on) == (found.due_on, found.statutory_due_on)
        assert (matter.closed_at is not None) == matter.stands_in.final


def test_the_database_refuses_to_rewrite_the_ledger(people):
    asked(people)
    connection.check_constraints()

    for sql in (
        "update ledger_event set step = 'x'",
        "delete from ledger_event",
        "truncate ledger_event cascade",
        "update ledger_personalfact set field = 'x'",
    ):
        with (
            pytest.raises(ProgrammingError, match="账本只可追加"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
