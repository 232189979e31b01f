"""One thing as one case: sent once, each unit handles its part, the whole ends with the last."""

import io
import zipfile

import pytest
from django.test import Client

from tests import district
from tests.services.test_papers import text_of
from tongban.kernel.files.store import path_of
from tongban.kernel.ledger.models import Event
from tongban.kernel.ledger.personal import read
from tongban.kernel.notices.models import Notice
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.lists import of_applicants
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid, NotNow
from tongban.kernel.procedures.scope import sees
from tongban.kernel.procedures.taking import take
from tongban.services.cases.models import Case, Draft
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.models import ServiceItem, Theme, ThemeItem
from tongban.services.seals.models import SealedDocument
from tongban.services.together.procedure import Joint

pytestmark = pytest.mark.django_db
DATA = {"answers": {}, "uploads": {}, "subject": "海味饭店", "address": "一号", "town": "T2"}
DATA |= {"contact": "李小明", "theme": "T900"}


def simple(unit):
    """Items of a unit that need no answers and no files."""
    rows = ServiceItem.objects.filter(unit__code=unit, by_application=True, kind="licence")
    rows = rows.filter(current__situations=None, status="published")
    return rows.exclude(current__materials__source="applicant", current__materials__form="copy")


class World:
    """A theme A → C, B beside them, D after B; one applicant; a clerk and approver in each unit."""

    def __init__(self, rest="dependents"):
        self.account = district.shopkeeper()
        self.actor = actor_of(self.account, district.TODAY)
        market, health = list(simple("SC")[:2]), list(simple("WJ")[:2])
        self.items = dict(zip("ACBD", [*market, *health], strict=True))
        lead = market[0].unit
        self.theme = Theme.objects.create(
            code="T900",
            name="开饭店",
            audience="legal",
            lead_unit=lead,
            from_on=district.TODAY,
            rest=rest,
        )
        after = {"A": "", "C": "A", "B": "", "D": "B"}
        for n, (name, item) in enumerate(self.items.items()):
            waits = [self.items[c].implementation_code for c in after[name]]
            ThemeItem.objects.create(theme=self.theme, item=item, position=n, after=waits)
        district.moved("luo", health[0].unit, "clerk")
        district.moved("deng", health[0].unit, "approver")
        event = take(Joint.apply, None, self.actor, DATA, key="thing")
        self.whole = event.matter

    def part(self, name):
        return self.whole.one_thing.parts.get(item=self.items[name])

    def states(self):
        self.whole = Matter.objects.get(pk=self.whole.pk)
        return "".join(f"{name}:{self.part(name).standing} " for name in sorted(self.items)).strip()

    def step(self, name, step, data=None):
        market = name in "AC"
        who = {"accept": ("chen", "luo"), "decline": ("chen", "luo")}.get(step, ("liang", "deng"))
        case = self.part(name).case
        person = district.person(who[0] if market else who[1])
        key = f"{name}{step}"
        return take(Handling.steps[step], case.number, person, data, key=key)

    def ended(self, event):
        """What the job does after the last step of a part."""
        for _ in range(2):  # tried again, it does no more
            run_work(name="part_ended", matter_id=event.matter_id, event_id=event.pk)

    def grant(self, name):
        self.step(name, "accept")
        event = self.step(name, "grant", {"opinion": "准", "years": 5})
        run_work(name="document", matter_id=event.matter_id, event_id=event.pk)
        self.ended(Event.objects.get(matter=event.matter, step="issue"))

    def refuse(self, name):
        self.step(name, "accept")
        self.ended(self.step(name, "refuse", {"reason": "不符合"}))


@pytest.fixture
def world(db):
    return World()


def test_sent_once_it_opens_what_waits_for_nothing(world):
    assert world.states() == "A:begun B:begun C:waiting D:waiting"
    case = Case.objects.get(matter=world.part("A").case)
    assert (case.subject, case.matter.part_of) == ("海味饭店", world.whole)
    assert read(case.matter.events.get()) == {"contact": "李小明"}  # outside the chain here too
    again = take(Joint.apply, None, world.actor, DATA, key="thing").matter
    assert again == world.whole and Case.objects.count() == 2
    assert world.whole.statutory_due_on > world.whole.due_on
    assert list(of_applicants(world.actor.applicant_ids)) == [world.whole]


def test_the_next_begin_when_their_forerunners_are_granted_and_all_granted_is_done(world):
    world.grant("A")
    assert world.states() == "A:granted B:begun C:begun D:waiting"
    assert read(world.part("C").case.events.get()) == {"contact": "李小明"}
    for name in "BCD":
        assert world.whole.state == "going"
        world.grant(name)
        world.states()
    assert world.whole.state == "done" and world.whole.closed_at
    assert world.whole.events.filter(step="part_ended").count() == 4
    chen = district.person("chen")
    data = {"how": "post", "waybill": "EMS12345678"}
    event = take(Joint.deliver, world.whole.number, chen, data, key="d")
    run_work(name="document", matter_id=event.matter_id, event_id=event.pk)
    receipt = SealedDocument.objects.get(event=event)
    words = text_of(path_of(receipt.file.digest).read_bytes())
    results = SealedDocument.objects.filter(matter__part_of=event.matter, kind="licence")
    assert results.count() == 4 and "EMS12345678" in words
    assert all(paper.number in words for paper in results)
    with pytest.raises(NotNow, match="已经送达"):
        take(Joint.deliver, world.whole.number, chen, data, key="d2")


def test_a_refused_part_stops_those_that_wait_for_it_and_nothing_else(world):
    world.refuse("A")
    assert world.states() == "A:failed B:begun C:cannot D:waiting"
    told = [str(n) for n in Notice.objects.all() if "因此不再办理的事项" in str(n)]
    assert told and world.items["C"].name in told[0]
    world.grant("B")
    world.grant("D")
    assert world.states() == "A:failed B:granted C:cannot D:granted"
    assert world.whole.state == "partly"


def test_by_the_rule_what_has_not_begun_stops_with_the_first_refusal(db):
    world = World(rest="unbegun")
    world.refuse("A")
    assert world.states() == "A:failed B:begun C:cannot D:cannot"
    told = next(str(n) for n in Notice.objects.all() if "因此不再办理的事项" in str(n))
    assert world.items["C"].name in told and world.items["D"].name in told
    world.grant("B")
    assert world.states() == "A:failed B:granted C:cannot D:cannot"
    assert world.whole.state == "partly"


def test_by_the_rule_everything_stops_with_the_first_refusal(db):
    """The rule is the one told when the form was sent, whatever the theme says by then."""
    world = World(rest="all")
    Theme.objects.update(rest="dependents")
    world.refuse("A")
    running = world.part("B").case
    assert running.state == "withdrawn" and world.items["A"].name in str(
        running.events.get(step="withdraw").facts
    )
    world.ended(running.events.get(step="withdraw"))
    assert world.states() == "A:failed B:failed C:cannot D:cannot"
    assert world.whole.state == "failed"


def test_what_was_granted_stays_when_everything_else_stops(db):
    world = World(rest="all")
    world.grant("B")
    world.refuse("A")
    for name in "CD":
        case = world.part(name).case
        if case and (event := case.events.filter(step="withdraw").first()):
            world.ended(event)
    assert world.states() == "A:failed B:granted C:cannot D:failed"
    assert world.whole.state == "partly"


def test_all_results_come_in_one_package_for_the_applicant_alone(world):
    world.grant("A")
    client = Client()
    client.force_login(world.account, "tongban.kernel.people.signin.PhoneBackend")
    page = client.get(f"/my/{world.whole.number}/").content.decode()
    address = f"/my/{world.whole.number}/results.zip"
    assert address in page
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(address).streaming_content))) as package:
        names = package.namelist()
        granted = SealedDocument.objects.get(matter=world.part("A").case, kind="licence")
        mine = next(n for n in names if granted.number in n and n.endswith(".pdf"))
        assert world.items["A"].name[:20] in mine
        assert package.read(mine) == path_of(granted.file.digest).read_bytes()
        assert any(n.endswith(".ofd") for n in names) and package.testzip() is None
    stranger = Client()
    stranger.force_login(
        Account.objects.get(username="chen"), "tongban.kernel.people.signin.StaffBackend"
    )
    assert stranger.get(address).status_code in (403, 404)


def test_nothing_granted_is_failed(world):
    world.refuse("A")
    world.step("B", "decline", {"reason": "不属于"})
    world.ended(Event.objects.get(matter=world.part("B").case, step="decline"))
    assert world.states() == "A:failed B:failed C:cannot D:cannot"
    assert world.whole.state == "failed"


def test_a_part_whose_item_was_suspended_meanwhile_does_not_stop_the_rest(world):
    ServiceItem.objects.filter(pk=world.items["C"].pk).update(status="suspended")
    world.grant("A")
    assert world.states() == "A:granted B:begun C:cannot D:waiting"
    world.refuse("B")
    assert world.states() == "A:granted B:failed C:cannot D:cannot"
    assert world.whole.state == "partly"


def test_everything_missing_is_told_before_anything_is_opened(world):
    asking = ServiceItem.objects.filter(
        current__materials__source="applicant",
        current__materials__form="copy",
        current__materials__required=True,
        current__materials__shortage_tolerant=False,
        current__situations=None,
        by_application=True,
    ).first()
    code = [world.items["B"].implementation_code]
    ThemeItem.objects.create(theme=world.theme, item=asking, position=9, after=code)
    before = Matter.objects.count()
    with pytest.raises(Invalid, match="还差"):
        take(Joint.apply, None, world.actor, DATA, key="more")
    assert Matter.objects.count() == before
    with pytest.raises(Invalid, match="没有这个一件事"):
        take(Joint.apply, None, world.actor, {**DATA, "theme": "NO"}, key="none")


def test_withdrawn_as_a_whole_every_open_part_is_withdrawn(world):
    world.step("A", "accept")
    take(Joint.withdraw, world.whole.number, world.actor, {"reason": "不办了"}, key="w")
    parts = [world.part(name).case for name in "AB"]
    assert {part.state for part in parts} == {"withdrawn"}
    assert world.states() and world.whole.state == "withdrawn"
    last = parts[0].events.latest("seq")
    run_work(name="part_ended", matter_id=parts[0].pk, event_id=last.pk)  # too late, and no harm
    assert world.whole.events.filter(step="part_ended").count() == 0


def test_units_see_only_their_parts(world):
    luo, chen = district.person("luo"), district.person("chen")
    of_health, of_market = world.part("B").case, world.part("A").case
    assert sees(luo, of_health) and not sees(luo, of_market) and not sees(luo, world.whole)
    assert sees(chen, world.whole) and not sees(chen, of_health)
    client = Client()
    account = Account.objects.get(username="chen")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    page = client.get(f"/desk/one_thing/{world.whole.number}/").content.decode()
    assert of_market.number in page and of_health.number not in page
    assert world.items["B"].name in page  # that it exists and where it stands is everybody's


def test_the_pages_ask_once_keep_a_draft_and_show_one_picture(world):
    client = Client()
    client.force_login(world.account, "tongban.kernel.people.signin.PhoneBackend")
    base = "/themes/T900/apply/"
    assert client.get(base)["Location"] == f"{base}facts/"  # no part asks a question
    page = client.get(f"{base}facts/").content.decode()
    assert page.count('name="subject"') == 1
    facts = {k: DATA[k] for k in ("subject", "address", "town", "contact")}
    assert client.post(f"{base}facts/", facts)["Location"] == f"{base}materials/"
    assert client.post(f"{base}materials/", {"next": "1"})["Location"] == f"{base}check/"
    key = Draft.objects.get(theme=world.theme).key
    sent = client.post(f"{base}check/", {"key": key})
    number = sent["Location"].split("/")[2]
    assert Draft.objects.count() == 0
    mine = client.get(f"/my/{number}/").content.decode()
    assert mine.count("<svg") >= 2 and world.items["D"].name in mine
    assert "等前面的事项" in mine
    assert number in client.get("/my/").content.decode()
    assert 'href="/themes/T900/apply/"' in client.get("/themes/T900/").content.decode()


def test_one_receipt_names_every_part(world):
    event = world.whole.events.get(step="apply")
    run_work(name="document", matter_id=world.whole.pk, event_id=event.pk)
    paper = SealedDocument.objects.get(event=event)
    assert (paper.title, paper.file_id is not None) == ("一件事收件凭证", True)


def test_the_applicant_hears_where_it_is_their_turn(world):
    world.step("A", "accept")
    case = world.part("B").case.number
    luo = district.person("luo")
    take(Handling.request_corrections, case, luo, {"corrections": "补图"}, key="c")
    client = Client()
    client.force_login(world.account, "tongban.kernel.people.signin.PhoneBackend")
    assert "轮到您了：去补正" in client.get(f"/my/{world.whole.number}/").content.decode()
