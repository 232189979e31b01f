"""An item chooses its course by name; the case then takes it."""

import pytest
from django.test import Client

from tests import district
from tests.services.test_case_roads import Desk
from tests.services.test_item_changes import adjusted
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import NotNow
from tongban.services.cases import roads
from tongban.services.catalogue.courses import COURSES, course_of

pytestmark = pytest.mark.django_db
GRANT = {"opinion": "准予", "years": 5}


@pytest.fixture
def staff(db):
    district.load()
    return {name: district.person(name) for name in ("chen", "huang", "zhou")}


def test_each_course_is_known_by_its_steps_and_one_changed_by_hand_is_its_own():
    assert [course_of(one.steps) for one in COURSES.values()] == list(COURSES)
    longer = [{**step, "days": 9} for step in COURSES["site_check"].steps]
    assert course_of(longer) == "site_check"
    assert course_of(COURSES["promise"].steps[:-1]) == "" == course_of([])


@pytest.mark.parametrize("key", list(COURSES))
def test_its_further_steps_are_what_a_case_must_pass(staff, key):
    adjusted(staff, COURSES[key].elements())
    desk = Desk()
    steps = desk.case.detail.version.steps
    assert course_of(steps) == key
    desk.take("accept", "chen")
    further = roads.left(steps, set())
    assert bool(further) == (key not in ("instant", "promise"))
    if "现场核查" in further:
        check = {"second": staff["huang"].code, "on": desk.at.date().isoformat()}
        check |= {"passed": "1", "found": "符合"}
        desk.take("site_check", "chen", check)
    for name in roads.reviews(steps):
        with pytest.raises(NotNow, match="还有环节"):
            desk.take("grant", "liang", GRANT)
        post = next(step["post"] for step in steps if step["name"] == name)
        who = {"approver": "liang", "unit_admin": "huang"}[post]
        desk.take("review", who, {"name": name, "agrees": "1", "opinion": "同意"})
    desk.take("grant", "liang", GRANT)


def test_the_editor_fills_in_a_course_and_changes_nothing_before_it_is_kept(staff):
    client = Client()
    client.force_login(Account.objects.get(username="zhou"))
    path = f"/desk/items/{district.PLAIN_ITEM}/edit/"
    plain = client.get(path).content.decode()
    assert "现场核查 | clerk | 3 | 审查" not in plain
    shown = client.get(path, {"course": "site_check"}).content.decode()
    assert "现场核查 | clerk | 3 | 审查" in shown and 'aria-current="true">加现场核查' in shown
    assert client.get(path, {"course": "x"}).content.decode().count("aria-current") <= 2
    assert course_of(district.item().current.steps) != "site_check"
