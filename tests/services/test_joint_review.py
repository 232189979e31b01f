"""A step of the road that a post of another unit makes: sent, lent, given, and back in the case."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from tests import district
from tests.services.test_case_roads import PNG, Desk
from tests.services.test_item_changes import adjusted
from tongban.kernel.files.models import Upload
from tongban.kernel.files.store import receive
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import NotAllowed, NotNow
from tongban.kernel.procedures.taking import take
from tongban.kernel.units.models import Unit
from tongban.services.cases.joint_review import JointReviewing
from tongban.services.cases.models import CaseMaterial
from tongban.services.catalogue.editor import LinesField
from tongban.services.catalogue.models import Material

pytestmark = pytest.mark.django_db
AGREED = {"agrees": "1", "opinion": "消防条件具备"}
GRANT = {"opinion": "准予", "years": 5}


def road(post):
    return [
        {"name": "受理", "post": "clerk", "days": 0, "after": []},
        {"name": "审查", "post": "approver", "days": 1, "after": ["受理"]},
        {"name": "复核", "post": "unit_admin", "days": 1, "after": ["审查"]},
        {"name": "卫生审查", "post": post, "days": 3, "after": ["复核"]},
        {"name": "决定", "post": "approver", "days": 1, "after": ["卫生审查"]},
        {"name": "办结送达", "post": "clerk", "days": 0, "after": ["决定"]},
    ]


@pytest.fixture
def desk(db):
    return accepted("WJ:approver")


def accepted(post):
    """A case at SC whose road also goes through a post of WJ: luo a clerk there, deng approver."""
    district.load()
    adjusted({n: district.person(n) for n in ("chen", "huang", "zhou")}, {"steps": road(post)})
    health = Unit.objects.get(code="WJ")
    district.moved("luo", health, "clerk")
    district.moved("deng", health, "approver")
    desk = Desk()
    desk.people |= {name: district.person(name) for name in ("luo", "deng")}
    desk.take("accept", "chen")
    return desk


def sent(desk):
    desk.take("review", "huang", {"name": "复核", "agrees": "1", "opinion": "同意"})
    desk.take("send_elsewhere", "chen")
    return Matter.objects.get(kind="joint_review")


def given(desk, review, data=AGREED):
    by = desk.people["deng"]
    event = take(JointReviewing.give, review, by, data, key="give", at=desk.at)
    for _ in range(2):  # the job tried again does no more
        run_work(name="part_ended", matter_id=review.pk, event_id=event.pk)
    desk.case.refresh_from_db()
    desk.at = desk.case.changed_at  # the job took its step now


def test_in_its_turn_it_goes_to_the_other_unit_and_its_opinion_comes_back(desk):
    assert "send_elsewhere" not in desk.may("chen")  # the review before it is not made yet
    review = sent(desk)
    assert (review.unit.code, review.part_of, review.title.endswith("卫生审查")) == (
        *("WJ", desk.case),
        True,
    )
    assert review.due_on and "send_elsewhere" not in desk.may("chen")  # sent once
    with pytest.raises(NotNow, match="还有环节没有办：卫生审查"):
        desk.take("grant", "liang", GRANT)
    with pytest.raises(NotNow, match="审批"):
        take(JointReviewing.give, review, desk.people["luo"], AGREED, key="x")
    with pytest.raises(NotAllowed):
        take(JointReviewing.give, review, desk.people["liang"], AGREED, key="y")
    given(desk, review)
    note = desk.case.detail.reviews.get(name="卫生审查")
    assert (note.agrees, note.opinion) == (True, AGREED["opinion"])
    assert note.reviewer == desk.people["deng"].code
    assert desk.case.events.filter(step="part_ended").count() == 1
    desk.take("grant", "liang", GRANT)


def test_a_case_that_ends_takes_its_review_along(desk):
    review = sent(desk)
    event = desk.take("terminate", "liang", {"reason": "申请人已死亡"})
    run_work(name="drop_reviews", matter_id=desk.case.pk, event_id=event.pk)
    review.refresh_from_db()
    assert review.state == "dropped"
    dropped = Event.objects.get(matter=review, step="drop")
    run_work(name="part_ended", matter_id=review.pk, event_id=dropped.pk)
    assert not desk.case.events.filter(step="part_ended").exists()


def test_materials_are_lent_while_the_unit_is_asked_and_no_longer(desk):
    file = receive([PNG], "健康证.png", desk.account)
    assert isinstance(file, Upload)
    row = CaseMaterial.objects.create(
        case=desk.case.detail, material=Material.objects.first(), upload=file, at=desk.at
    )
    client = Client()
    account = Account.objects.get(username="deng")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    paper = f"/materials/{row.pk}/"
    assert client.get(paper).status_code == 404
    review = sent(desk)
    page = client.get(f"/desk/joint_review/{review.number}/").content.decode()
    assert paper in page and desk.case.number in page and "卫生审查" in page
    assert client.get(paper).status_code == 200
    assert client.get(f"/desk/case/{desk.case.number}/").status_code == 404
    given(desk, review)
    assert client.get(paper).status_code == 404
    assert paper not in client.get(f"/desk/joint_review/{review.number}/").content.decode()
    client.force_login(Account.objects.get(username="chen"))
    assert "卫生审查" in client.get(f"/desk/case/{desk.case.number}/").content.decode()


@pytest.mark.parametrize("post", ["XX:approver", "WJ:leader"])
def test_a_post_that_is_not_there_is_told_with_the_cure(db, post):
    desk = accepted(post)
    desk.take("review", "huang", {"name": "复核", "agrees": "1", "opinion": "同意"})
    with pytest.raises(NotNow, match="先改实施清单"):
        desk.take("send_elsewhere", "chen")
    steps = LinesField("steps", "办理环节")
    assert "WJ:approver" in str(steps.help_text)
    assert steps.clean("卫生审查 | WJ:approver | 3 | 复核")[0]["post"] == "WJ:approver"
    typed = "卫生审查 \uff5c WJ\uff1aapprover \uff5c 3 \uff5c 复核"
    assert steps.clean(typed)[0]["post"] == "WJ:approver"
    for post in ("XX:approver", "WJ:leader", ":approver"):
        with pytest.raises(ValidationError, match="没有岗位"):
            steps.clean(f"卫生审查 | {post} | 3 | 复核")
