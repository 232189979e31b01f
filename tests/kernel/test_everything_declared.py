"""What holds for every procedure and every metric, those of apps not written yet included."""

import random
from datetime import date, timedelta

import pytest

from tests import district
from tests.kernel import supplies
from tests.kernel.lending import Lending
from tongban.demo.bulk import ROADS, Bulk
from tongban.kernel.clock import deadline, fold, published
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.chain import body
from tongban.kernel.ledger.checkpoints import make_checkpoint
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.verify import verify
from tongban.kernel.metrics.metric import Period, metrics
from tongban.kernel.people.actor import Actor, actor_of, the_system
from tongban.kernel.people.models import Account
from tongban.kernel.people.roles import Role
from tongban.kernel.procedures import lists, versions
from tongban.kernel.procedures.declare import NEW, THE_APPLICANT, State, Step, posted
from tongban.kernel.procedures.models import Matter, Tally
from tongban.kernel.procedures.procedure import BadProcedure, Procedure, procedures
from tongban.kernel.procedures.refusals import Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.procedures.tally import counts_by_state
from tongban.kernel.procedures.tally import fold as fold_tally
from tongban.services.cases.models import Case
from tongban.services.catalogue.models import ServiceItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verifiable")]
WORDS = {
    "reason": "因故",
    "corrections": "补一份",
    "answer": "已补",
    "uploads": {},
    "days": 3,
    "rule": "听证",
    "opinion": "准予",
    "years": 5,
    "level": "4",
    "words": "好",
    "counter": 9,
    "unit": "SC",
    "booked": True,
    "name": "文书",
    "number": "一号",
    "digest": "0" * 64,
    "for_event": 1,
    "to_version": 1,
    "tool": "锤子",
    "phone": "13800138000",
    "kind": "adjust",
    "legal_basis": "行政许可法 第四十二条",
}


@pytest.fixture
def actors(db):
    district.load()
    citizen = district.shopkeeper()
    names = list(Account.objects.filter(applicant=None).values_list("username", flat=True))
    return [*(district.person(n) for n in names), actor_of(citizen, district.TODAY), the_system()]


@pytest.mark.parametrize(
    "kind", [k for k in procedures() if k is not Lending], ids=lambda k: k.code
)
def test_random_walks_of_every_procedure_keep_the_promises_of_the_core(kind, actors):
    source = random.Random(kind.code)
    at = district.NOON
    slot = district.slot(500, at=at + timedelta(days=300))
    case = district.applied(Account.objects.get(applicant__isnull=False), key="first", at=at)
    licences = ServiceItem.objects.filter(unit__code="SC", kind="licence")
    items = list(licences.values_list("implementation_code", flat=True))
    supplied = supplies.of(kind.code, items)
    opened = 0
    for walk in range(20):
        data = {**WORDS, **district.application(), "slot": slot.pk, "about": case.number}
        data["effective_on"] = at.date() + timedelta(days=10)
        data["lines"] = {items[walk]: {"elements": {"promised_days": 1}}}
        data |= supplied(walk)
        matter = None
        for number in range(14):
            at += timedelta(hours=source.randrange(1, 50))
            steps = kind.from_state(matter.state) if matter else kind.openings()
            step = source.choice(steps)
            fit = [a for a in actors if step.admits(a, matter)]
            actor = source.choice(fit if fit and source.random() < 0.8 else actors)
            before = matter.head_seq if matter else 0
            try:
                matter = take(step, matter, actor, data, key=f"{walk}.{number}", at=at).matter
                opened += step.is_opening
                assert matter.head_seq == before + 1
            except Refusal as refusal:
                assert refusal.reason
                if matter:
                    matter.refresh_from_db()
                    assert matter.head_seq == before
        if matter:
            facts = [e.facts["clock"] for e in matter.events.order_by("seq") if "clock" in e.facts]
            found = deadline(fold(facts, published()), published())
            assert (matter.due_on, matter.statutory_due_on) == (
                found.due_on,
                found.statutory_due_on,
            )
            assert (matter.closed_at is not None) == matter.stands_in.final
            times = list(matter.events.order_by("seq").values_list("at", flat=True))
            assert times == sorted(times)
    assert opened > 3
    make_checkpoint(at)
    verify(lambda *_: None)
    tally_equals_the_rows()


def tally_equals_the_rows():
    for _ in range(2):
        for kind in procedures():
            rows = Matter.objects.filter(kind=kind.code)
            expected = {
                s: rows.filter(state=s).count() for s in set(rows.values_list("state", flat=True))
            }
            assert counts_by_state(kind.code, None) == expected
        fold_tally()
    places = Tally.objects.values_list("kind", "state", "unit")
    assert len(places) == len(set(places))


def test_bulk_writing_and_taking_give_byte_equal_events(actors):
    cases = Bulk("SC", district.TODAY)
    numbers = cases.write(8, district.NOON, roads=ROADS)
    for number in numbers:
        bulk = Matter.objects.get(number=number)
        events = list(bulk.events.order_by("seq"))
        citizen = Account.objects.get(applicant=bulk.applicant)
        again = None
        for event in events:
            actor = (
                actor_of(citizen, district.TODAY)
                if event.role == "applicant"
                else actor_of(Account.objects.get(code=event.actor), district.TODAY)
            )
            case = Case.objects.get(matter=bulk)
            data = {**WORDS, **district.application(item=case.item.implementation_code)}
            data |= event.facts.get("form", {})
            step = bulk.procedure.steps[event.step]
            again = take(step, again, actor, data, key=f"again:{event.key}", at=event.at).matter
        again.refresh_from_db()
        pairs = zip(events, again.events.order_by("seq"), strict=True)
        for one, other in pairs:
            assert told(bulk.number, one) == told(bulk.number, other)
        for name in (
            "state",
            "due_on",
            "statutory_due_on",
            "yellow_on",
            "act_on",
            "head_seq",
            "clock",
        ):
            assert getattr(bulk, name) == getattr(again, name), name
    make_checkpoint(district.NOON + timedelta(days=1))
    verify(lambda *_: None)


def told(number, event):
    """An event without what must differ: its own key, chain and salts, and the matter's number."""
    said = {**body(number, event), "key": "", "prev_hash": ""}
    said["facts"] = {**said["facts"], "personal": sorted(said["facts"].get("personal", {}))}
    return canonical(said)


def test_every_figure_is_the_figure_of_the_rows_behind_it(actors):
    Bulk("SC", district.TODAY).write(40, district.NOON, days=70)
    leader, nobody = district.person("leader"), Actor()
    for metric in metrics():
        for period in (Period(), Period(date(2026, 8, 1), date(2026, 9, 1))):
            total = metric.total(leader, period)
            assert total.count == metric.cell_rows(leader, period, "", "").count()
            for by, _ in metric.breakdowns():
                parts = metric.parts(leader, period, by)
                assert sum(part.count for part in parts) == total.count
                for part in parts:
                    rows = metric.cell_rows(leader, period, by, part.key)
                    assert rows.count() == part.count
                    assert rows.aggregate(v=metric.value)["v"] == part.value
        assert metric.is_public or metric.total(nobody, Period()).count == 0


def test_a_figure_costs_one_statement(actors, django_assert_num_queries):
    leader = district.person("leader")
    for metric in metrics():
        with django_assert_num_queries(1):
            metric.parts(leader, Period(), metric.breakdowns()[0][0])


def test_counts_and_lists_agree_with_what_each_person_sees(actors):
    Bulk("SC", district.TODAY).write(20, district.NOON)
    for actor in actors:
        for kind in procedures():
            seen = lists.scoped(kind, actor).count()
            assert sum(lists.counts(kind, actor).values()) == seen


def test_a_matter_moves_to_a_new_version_only_where_both_know_its_state(actors):
    class First(Procedure):
        code, title = "test_moving", "旧版"
        begun, middle, done = State("开始"), State("中间"), State("完", final=True)
        begin = Step("开始", NEW >> begun, by=(THE_APPLICANT,), opens=opening)
        on = Step("进", begun >> middle, by=(posted(Role.CLERK),))
        end = Step("完", middle >> done, by=(posted(Role.CLERK),))

    citizen, clerk = actors[-2], district.person("chen")
    stays = take(First.begin, None, citizen, key="stays").matter
    waits = take(First.begin, None, citizen, key="waits").matter
    take(First.on, waits, clerk, key="on")

    class Second(Procedure):
        code, title, version = "test_moving", "新版", 2
        begun, done = State("开始"), State("完", final=True)
        begin = Step("开始", NEW >> begun, by=(THE_APPLICANT,), opens=opening)
        end = Step("直接完", begun >> done, by=(posted(Role.CLERK),))

    stays.refresh_from_db()
    assert stays.procedure is First
    assert versions.stuck("test_moving", 2) == {"middle": 1}
    take(First.end, waits, clerk, key="end")
    assert versions.stuck("test_moving", 2) == {}
    assert versions.move("test_moving", 2) == 1
    stays.refresh_from_db()
    assert stays.procedure is Second
    take(Second.end, stays, clerk, key="direct")
    assert Event.objects.filter(matter=stays).count() == 3


def opening(taking):
    from tongban.kernel.people.models import Applicant
    from tongban.kernel.procedures.declare import Opening

    applicant = Applicant.objects.get(pk=taking.actor.applicant_id)
    return Opening(unit=district.item().unit, title="试", applicant=applicant)


@pytest.mark.parametrize(
    ("fault", "states", "steps"),
    [
        ("cannot be reached", {"lost": State("无路")}, {}),
        (
            "dead end",
            {"trap": State("困")},
            {"fall": lambda s: Step("落", s["a"] >> s["trap"], by=(THE_APPLICANT,))},
        ),
        ("nobody may take it", {}, {"alone": lambda s: Step("谁", s["a"] >> s["z"], by=())}),
        (
            "leaves a final state",
            {},
            {"back": lambda s: Step("回", s["z"] >> s["a"], by=(THE_APPLICANT,))},
        ),
    ],
)
def test_a_declaration_that_could_trap_a_matter_is_refused(fault, states, steps):
    known = {"a": State("始"), "z": State("终", final=True), **states}
    for name, state in known.items():
        state.__set_name__(None, name)
    body_ = {
        "code": "test_bad",
        "title": "坏",
        **known,
        "begin": Step("开", NEW >> known["a"], by=(THE_APPLICANT,), opens=opening),
        "end": Step("完", known["a"] >> known["z"], by=(THE_APPLICANT,)),
        **{name: make(known) for name, make in steps.items()},
    }
    with pytest.raises(BadProcedure, match=fault):
        type("Bad", (Procedure,), body_)
