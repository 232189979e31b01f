"""A calendar that is published late moves what was provisional, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from tests import district
from tongban.kernel.clock import calendar, published
from tongban.kernel.clock.calendar import Exceptional, LimitError, forget, publish, read
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.jobs import act_on_silence
from tongban.kernel.procedures.models import CalendarInForce, Matter
from tongban.kernel.procedures.recalculating import keep_up, recalculate
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 12, 30, 4, 0, tzinfo=UTC)
NEW_YEAR = {date(2027, 1, n): Exceptional("holiday", "元旦") for n in (1, 2, 3, 4, 5)}
MADE_UP = {date(2027, 1, 9): Exceptional("workday", "调休")}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(calendar, "folder", lambda: tmp_path / "calendar")
    forget()
    district.load()
    yield
    monkeypatch.undo()
    forget()


def applicant():
    known = Account.objects.filter(applicant__isnull=False).first()
    return known or district.shopkeeper()


def accepted(at=LATE, key="a"):
    matter = district.applied(applicant(), key=f"of-{key}", at=at)
    take(Handling.accept, matter, district.person("chen"), key=key, at=at)
    return Matter.objects.get(pk=matter.pk)


def test_limits_that_reach_into_the_year_move_and_are_provisional_no_more():
    assert keep_up(timezone.now()) is not None and keep_up(timezone.now()) is None
    over = accepted()
    before, standing = accepted(district.NOON, "bb"), district.applied(applicant(), "st", LATE)
    assert over.provisional and over.due_on == date(2026, 12, 31)
    assert over.statutory_due_on.year == 2027 and standing.act_on == date(2027, 1, 6)
    kept = Matter.objects.values().get(pk=before.pk)
    publish({**NEW_YEAR, **MADE_UP})
    old_statutory = over.statutory_due_on
    moved = keep_up(timezone.now())
    over.refresh_from_db()
    standing.refresh_from_db()
    assert over.statutory_due_on > old_statutory and not over.provisional
    assert over.deadline == Matter.objects.get(pk=over.pk).deadline
    assert standing.act_on == published().add(date(2026, 12, 30), 5) == date(2027, 1, 9)
    assert Matter.objects.values().get(pk=before.pk) == kept
    assert moved == CalendarInForce.objects.latest("pk").moved == 2
    assert keep_up(timezone.now()) is None


def test_it_ends_where_the_steps_themselves_would_have_ended():
    early = accepted()
    publish({**NEW_YEAR, **MADE_UP})
    recalculate(published())
    early.refresh_from_db()
    later = accepted(key="cc")
    assert early.deadline == later.deadline


def test_a_matter_that_moved_meanwhile_is_left_to_its_own_step(monkeypatch):
    from tongban.kernel.procedures import recalculating

    matter = accepted()
    real = recalculating._write

    def late(rows):
        chen, reason = district.person("chen"), {"reason": "撤"}
        take(Handling.terminate, matter.number, chen, reason, key="t", at=LATE + timedelta(1))
        return real(rows)

    monkeypatch.setattr(recalculating, "_write", late)
    publish(NEW_YEAR)
    assert recalculate(published()) == 0
    matter.refresh_from_db()
    assert matter.closed_at and matter.head_seq == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,kind,name\n2027-01-01,free,元旦\n", "第 2 行 kind"),
        ("date,kind,name\n2027/1/1,holiday,元旦\n", "第 2 行日期"),
        ("date,kind,name\n2027-01-01,holiday,a\n2027-01-01,holiday,a\n", "第 3 行"),
        ("date,kind,name\n2027-01-01,holiday,a\n2028-01-01,holiday,a\n", "2 年"),
        ("date,kind,name\n2027-01-09,workday,a\n", "没有放假"),
        ("", "0 年"),
    ],
)
def test_a_wrong_file_is_told_by_line_and_changes_nothing(tmp_path, text, words):
    file = tmp_path / "2027.csv"
    file.write_text(text)
    with pytest.raises(LimitError, match=words):
        publish(read(file))
    assert published().is_provisional(date(2027, 1, 1))


def test_silence_speaks_by_the_new_calendar():
    standing = district.applied(applicant(), "st", LATE)
    publish(NEW_YEAR)
    recalculate(published())
    act_on_silence(datetime(2027, 1, 7, 4, 0, tzinfo=UTC))
    standing.refresh_from_db()
    assert standing.state == "submitted"
