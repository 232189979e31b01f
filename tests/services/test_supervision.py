"""Live supervision: lights, reminders, findings by rule, explained or overturned."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import district
from tests.services.test_case_roads import Desk
from tongban.kernel.ledger.chain import seal
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.jobs import act_on_silence
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotAllowed
from tongban.kernel.procedures.taking import take
from tongban.services.cases.models import CaseMaterial
from tongban.services.catalogue.models import Material
from tongban.services.seals.models import SealedDocument
from tongban.services.supervision.jobs import remind, watch
from tongban.services.supervision.models import Finding, Level, Reminder
from tongban.services.supervision.procedure import Watching
from tongban.services.supervision.rules import RULES

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return Desk()


def imported(desk, step, from_state, to_state, actor="", at=None):
    """A step as a department's own system recorded it: what `take` would have refused."""
    matter = Matter.objects.get(pk=desk.case.pk)
    event = Event(
        matter=matter,
        seq=matter.head_seq + 1,
        step=step,
        from_state=from_state,
        to_state=to_state,
        actor=actor,
        role="clerk",
        unit="SC",
        at=at or desk.at,
        facts={},
        key=f"import{matter.head_seq}",
        prev_hash=matter.head_hash,
    )
    seal(matter.number, event).save()
    Matter.objects.filter(pk=matter.pk).update(head_seq=event.seq, head_hash=event.hash)
    return event


def found(desk, days=0):
    watch(desk.at + timedelta(days=days))
    return {f.rule: f for f in Finding.objects.all()}


def test_a_case_handled_in_order_breaks_no_rule(desk):
    event = desk.take("accept", "chen")
    from tongban.kernel.procedures.after import run_work

    run_work(name="document", matter_id=desk.case.pk, event_id=event.pk)
    assert found(desk) == {}


def test_a_light_that_turns_reminds_once_and_red_finds_it_overdue(desk):
    desk.take("accept", "chen")
    due = desk.case.due_on
    noon = district.NOON + (due - district.TODAY)
    assert remind(desk.at) == 0 or desk.case.limit_days <= 3
    Reminder.objects.all().delete()
    assert [remind(noon), remind(noon)] == [1, 0]
    assert [remind(noon + timedelta(days=1)), remind(noon + timedelta(days=2))] == [1, 0]
    yellow, red = Reminder.objects.order_by("pk")
    assert (yellow.level, red.level) == (Level.YELLOW, Level.RED)
    assert yellow.to.username == "chen"
    assert [watch(noon), watch(noon + timedelta(days=1)), watch(noon + timedelta(days=9))] == [
        *(0, 1, 0),
    ]
    finding = Finding.objects.get()
    assert (finding.rule, finding.evidence["due_on"]) == ("overdue", str(due))


def test_silence_is_found(desk):
    act_on_silence(desk.at + timedelta(days=30))
    assert "no_answer" in found(desk)


def test_corrections_asked_for_twice_are_found(desk):
    desk.take("request_corrections", "chen", {"corrections": "补图"})
    assert "corrections_twice" not in found(desk)
    imported(desk, "request_corrections", "submitted", "correcting")
    assert found(desk)["corrections_twice"].evidence == {"times": "2"}


def test_a_pause_without_its_paper_is_found_after_a_day(desk):
    desk.take("accept", "chen")
    event = desk.take("pause", "liang", {"rule": "听证", "days": 5})
    assert "pause_without_paper" not in found(desk)
    assert found(desk, days=2)["pause_without_paper"].event == event.seq
    assert SealedDocument.objects.filter(event=event).count() == 0


def test_a_decision_before_acceptance_and_a_case_opened_again_are_found(desk):
    imported(desk, "grant", "submitted", "granted")
    imported(desk, "resume", "closed", "examining")
    rules = found(desk)
    assert rules["decided_before_accepted"].event == 2
    assert (rules["reopened"].evidence["from"], rules["reopened"].event) == ("closed", 3)


def test_a_material_the_guide_does_not_name_is_found(desk):
    other = Material.objects.exclude(version=desk.case.case.version).first()
    CaseMaterial.objects.create(case=desk.case.case, material=other, at=desk.at)
    assert found(desk)["more_than_the_guide"].evidence == {"materials": other.name}


def test_an_evaluation_by_the_units_own_staff_is_found(desk):
    chen, ye = (Account.objects.get(username=name).code for name in ("chen", "ye"))
    imported(desk, "evaluate", "submitted", "submitted", actor=ye)
    assert "judged_by_staff" not in found(desk)
    imported(desk, "evaluate", "submitted", "submitted", actor=chen)
    assert found(desk)["judged_by_staff"].event == 3


def test_every_rule_has_been_broken_above():
    broken = {
        *("overdue", "no_answer", "corrections_twice", "pause_without_paper"),
        *("decided_before_accepted", "reopened", "more_than_the_guide", "judged_by_staff"),
    }
    assert set(RULES) == broken


def test_the_unit_explains_or_appeals_and_the_bureau_judges(desk):
    act_on_silence(desk.at + timedelta(days=30))
    finding = found(desk)["no_answer"].matter
    zhou, huang, ye = (district.person(name) for name in ("zhou", "huang", "ye"))
    appeal = {"reason": "当日已电话告知，系统故障", "appeals": True}
    with pytest.raises(NotAllowed):
        take(Watching.explain, finding, ye, appeal, key="other", at=desk.at)
    take(Watching.explain, finding.number, huang, appeal, key="e", at=desk.at)
    with pytest.raises(NotAllowed):
        take(Watching.overturn, finding.number, huang, {"remark": "同意"}, key="own", at=desk.at)
    take(Watching.overturn, finding.number, zhou, {"remark": "故障属实"}, key="o", at=desk.at)
    assert found(desk, days=1)["no_answer"].matter.state == "overturned"  # not found again
    from tongban.kernel.metrics.metric import Period, metric

    assert metric("findings_overturned").total(the_system(), Period()).value == 100


def test_who_does_not_explain_in_three_working_days_is_held_to_it(desk):
    act_on_silence(desk.at + timedelta(days=30))
    found(desk)
    act_on_silence(desk.at + timedelta(days=40))
    assert Finding.objects.get().matter.state == "confirmed"


def test_the_wall_counts_what_the_lists_show_in_few_statements(desk):
    desk.take("accept", "chen")
    Matter.objects.filter(pk=desk.case.pk).update(due_on=district.TODAY, yellow_on=district.TODAY)
    client = Client()
    for name, sees_others in (("leader", True), ("huang", False)):
        account = Account.objects.get(username=name)
        client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get("/desk/supervision/").content.decode()
        assert len(queries) <= 8
        assert "■ 1" in page and ("公安分局" in page) is sees_others
        rows = client.get("/desk/case/?light=red&unit=SC").content.decode()
        assert desk.case.number in rows
        assert desk.case.number not in client.get("/desk/case/?light=red&unit=GA").content.decode()
    part = client.get("/desk/supervision/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "■ 1" in part


def test_who_is_late_reads_it_on_the_desk_and_so_do_head_and_bureau(desk):
    def read(username):
        client = Client()
        client.force_login(Account.objects.get(username=username))
        return client.get("/desk/").content.decode()

    desk.take("accept", "chen")
    noon = district.NOON + (desk.case.due_on - district.TODAY)
    remind(noon)
    assert "即将到期" in read("chen").partition("<table")[0]
    assert "督办" not in read("huang") and "督办" not in read("zhou")
    remind(noon + timedelta(days=1))
    assert "您经办的 1 件已逾期" in read("chen") and "督办" not in read("chen")
    assert "1 件逾期，请督办" in read("huang") and "1 件逾期，请督办" in read("zhou")
    assert "督办" not in read("head-ga")
    desk.take("refuse", "liang", {"reason": "不符合"}, days=30)
    assert "督办" not in read("zhou") and "已逾期" not in read("chen")
