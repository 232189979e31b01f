"""Electronic certificates: issued on grant, held, proven, used in place of paper."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core import signing
from django.test import Client

from tests import district
from tests.services.test_case_roads import Desk
from tests.services.test_item_changes import passed, proposed
from tongban.kernel.files.store import path_of
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.jobs import act_on_silence
from tongban.kernel.procedures.lists import at_work
from tongban.kernel.procedures.refusals import Invalid, NotAllowed
from tongban.kernel.procedures.taking import take
from tongban.services.cases.known import known_facts
from tongban.services.cases.models import CaseMaterial
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue import documents
from tongban.services.catalogue.form_fields import asked
from tongban.services.catalogue.models import ServiceItem
from tongban.services.certificates import wallet
from tongban.services.certificates.identifier import BadIdentifier, Identifier, parse
from tongban.services.certificates.models import Certificate
from tongban.services.certificates.procedure import Holding
from tongban.services.seals.models import SealedDocument
from tongban.services.seals.verifying import VALID, verify

pytestmark = pytest.mark.django_db
CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture
def desk(db):
    return Desk()


def granted(desk, **changes):
    """A case walked to its certificate."""
    desk.case = district.applied(desk.account, key=f"g{desk.at}", at=desk.at, **changes)
    desk.take("accept", "chen")
    event = desk.take("grant", "liang", {"opinion": "准予", "years": 5})
    run_work(name="document", matter_id=desk.case.pk, event_id=event.pk)
    return Certificate.objects.latest("pk")


def card(account, unit="GA", name="居民身份证", **changes):
    data = {"holder": account.applicant.code, "unit": unit, "type": name, "number": "4408**1232"}
    data |= {"valid_from": date(2020, 1, 1), "valid_until": date(2040, 1, 1), **changes}
    event = take(Holding.issue, None, the_system(), data, key=f"card{name}", at=district.NOON)
    return event.matter.certificate


def asking_for(name="居民身份证"):
    """An item whose list has come to ask applicants for a certificate of this name."""
    base = documents.document(district.item().current)["materials"]
    card = {**base[-1], "name": f"{name}复印件", "kind": "certificate", "form": "copy"}
    card |= {"e_certificate": name, "source": "applicant", "required": True}
    card["shortage_tolerant"] = False
    staff = {n: district.person(n) for n in ("chen", "huang", "zhou")}
    change = {district.PLAIN_ITEM: {"materials": [*base, card]}}
    passed(staff, proposed(staff, change, key="card"))
    item = district.item()
    return item, item.current.materials.get(name=card["name"])


def check_by_hand(text):
    """ISO 7064 MOD 37,36, written from the standard and not from the library."""
    product = 36
    for character in text:
        product = (product + CHARACTERS.index(character)) % 36 or 36
        product = product * 2 % 37
    return CHARACTERS[(37 - product) % 36]


def test_a_grant_leaves_a_certificate_whose_identifier_checks(desk):
    held = granted(desk)
    assert (held.type.name, held.matter.state) == ("食品小作坊登记证", "in_force")
    assert held.type.code == "11440800MB2C101856001"
    assert held.document.number == held.number == held.granted_in.case.certificate_number
    assert held.valid_until == held.granted_in.case.valid_until
    parts = held.identifier.split(".")
    assert held.identifier.startswith("1.2.156.3005.2.")
    assert parts[-1] == check_by_hand("".join(parts[5:-1]))
    assert granted(desk).identifier != held.identifier


def test_every_single_wrong_character_of_an_identifier_is_found():
    text = str(Identifier("11440800MB2C101856001", "11440800MB2C101856", "202600000001"))
    assert str(parse(text)) == text
    for place in range(len("1.2.156.3005.2."), len(text)):
        for other in CHARACTERS:
            if text[place] != "." and other != text[place]:
                with pytest.raises(BadIdentifier):
                    parse(text[:place] + other + text[place + 1 :])


def test_it_is_suspended_restored_revoked_by_its_unit_only(desk):
    held = card(desk.account, unit="SC", name="营业执照").matter
    with pytest.raises(NotAllowed):
        take(Holding.suspend, held, district.person("mo"), {"reason": "查"}, key="a")
    liang, huang = district.person("liang"), district.person("huang")
    take(Holding.suspend, held, liang, {"reason": "涉嫌造假，正在核查"}, key="b")
    assert wallet.in_force([desk.account.applicant_id]) == []
    take(Holding.restore, held.number, liang, {"reason": "查清"}, key="c")
    take(Holding.revoke, held.number, huang, {"reason": "以欺骗手段取得"}, key="d")
    held.refresh_from_db()
    assert held.state == "revoked" and held.closed_at


def test_it_expires_on_the_day_after_its_last_and_a_suspended_one_too(desk):
    last = district.TODAY + timedelta(days=10)
    first = card(desk.account, unit="SC", name="营业执照", valid_until=last).matter
    other = card(desk.account, valid_until=last).matter
    take(
        Holding.suspend, other, district.person("mo"), {"reason": "挂失"}, key="s", at=district.NOON
    )
    kinds = Certificate.objects.filter(matter__state="expired")
    act_on_silence(district.NOON + timedelta(days=10))
    assert kinds.count() == 0
    act_on_silence(district.NOON + timedelta(days=11))
    assert {row.matter_id for row in kinds} == {first.pk, other.pk}


def test_in_force_it_is_nobodys_work(desk):
    held = card(desk.account, unit="SC", name="营业执照").matter
    huang = district.person("huang")
    assert held not in at_work(huang)
    take(Holding.suspend, held, huang, {"reason": "查"}, key="b")
    assert held in at_work(huang)


def test_with_consent_it_stands_in_for_paper_and_the_use_is_logged(desk):
    item, wanted = asking_for()
    held = card(desk.account)
    actor = actor_of(desk.account, district.TODAY)
    data = district.application(item.implementation_code)
    with pytest.raises(Invalid, match=wanted.name):
        take(Handling.apply, None, actor, data, key="without", at=district.NOON)
    assert held.matter.events.count() == 1
    data["consent"] = True
    case = take(Handling.apply, None, actor, data, key="with", at=district.NOON).matter
    row = CaseMaterial.objects.get(case=case.pk, material=wanted)
    assert (row.certificate, row.upload) == (held, None)
    (use,) = held.matter.events.filter(step="use")
    assert use.facts["form"]["case"] == case.number
    assert use.facts["form"]["unit"] == item.unit.short_name
    assert case.events.get().facts["certificates"][0]["certificate"] == held.identifier
    assert take(Handling.apply, None, actor, data, key="with").matter == case  # once
    held.refresh_from_db()
    assert held.uses == 1


def test_somebody_elses_or_a_suspended_one_does_not(desk):
    item, wanted = asking_for()
    other = district.shopkeeper("王芳", "440801198501010026", "13900139002")
    card(other)
    data = district.application(item.implementation_code, consent=True)
    actor = actor_of(desk.account, district.TODAY)
    with pytest.raises(Invalid, match=wanted.name):
        take(Handling.apply, None, actor, data, key="x", at=district.NOON)
    held = card(desk.account, number="2")
    take(Holding.suspend, held.matter, district.person("mo"), {"reason": "挂失"}, key="s")
    with pytest.raises(Invalid, match=wanted.name):
        take(Handling.apply, None, actor, data, key="y", at=district.NOON)


def test_the_pages_of_applying_offer_it_and_the_wallet_shows_it(desk):
    item, wanted = asking_for()
    code = item.implementation_code
    held = card(desk.account)
    client = Client()
    client.force_login(desk.account, "tongban.kernel.people.signin.PhoneBackend")
    page = f"/apply/{code}/materials/"
    assert "同意使用就不用交" in client.get(page).content.decode()
    assert wanted.name in client.post(page, {"next": "1"}).content.decode()
    assert client.post(page, {"next": "1", "consent": "1"}).status_code == 302
    assert "免提交" in client.get(f"/apply/{code}/check/").content.decode()
    assert "居民身份证" in client.get("/my/certificates/").content.decode()
    assert held.matter.number not in client.get("/my/").content.decode()
    shown = client.get(f"/my/certificates/{held.matter.number}/").content.decode()
    assert held.identifier in shown and "<svg" in shown
    stranger = district.shopkeeper("王芳", "440801198501010026", "13900139002")
    client.force_login(stranger, "tongban.kernel.people.signin.PhoneBackend")
    assert client.get(f"/my/certificates/{held.matter.number}/").status_code == 404


def test_a_proof_is_fresh_and_says_what_holds_now(desk, monkeypatch):
    held = card(desk.account)
    address = f"/certificates/proof/{wallet.proof_of(held)}/"
    page = Client().get(address).content.decode()
    assert "证照有效" in page and "李*明" in page and "李小明" not in page
    take(Holding.suspend, held.matter, district.person("mo"), {"reason": "挂失"}, key="s")
    assert "证照无效" in Client().get(address).content.decode()
    assert Client().get(address[:-3] + "xx/").status_code == 404
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + wallet.PROOF_SECONDS + 1)
    assert Client().get(address).status_code == 410


def test_the_figure_counts_what_was_not_handed_in(desk):
    from tongban.kernel.metrics.metric import Period, metric

    card(desk.account)
    data = district.application(asking_for()[0].implementation_code, consent=True)
    actor = actor_of(desk.account, district.TODAY)
    case = take(Handling.apply, None, actor, data, key="with", at=district.NOON).matter
    figure = metric("materials_not_handed_in").total(the_system(), Period())
    rows = CaseMaterial.objects.select_related("material")
    spared = [r for r in rows if r.certificate_id or r.material.source == "data_sharing"]
    assert figure.count == rows.count() and case
    assert figure.value == pytest.approx(100 * len(spared) / rows.count()) and spared


def test_a_machine_sees_consent_in_the_schema(desk):
    from tongban.kernel.api.door import api

    schema = json.dumps(api.get_openapi_schema(), ensure_ascii=False, default=str)
    assert re.search(r'"consent"', schema)


def test_a_case_that_ends_or_replaces_a_certificate_leaves_no_two_in_force(desk):
    item = district.item()
    base = item.name.partition("-")[0]
    ServiceItem.objects.filter(pk=item.pk).update(name=f"{base}-新办")
    shop = granted(desk, subject="东简一店")
    other = granted(desk, subject="东简二店")
    states = lambda: {  # noqa: E731
        c.pk: c.matter.state for c in Certificate.objects.select_related("matter")
    }
    ServiceItem.objects.filter(pk=item.pk).update(name=f"{base}-延续")
    renewed = granted(desk, subject="东简一店")
    assert states() == {shop.pk: "cancelled", other.pk: "in_force", renewed.pk: "in_force"}
    assert renewed.type == shop.type
    ServiceItem.objects.filter(pk=item.pk).update(name=f"{base}-注销")
    count = Certificate.objects.count()
    granted(desk, subject="东简二店")
    assert Certificate.objects.count() == count and states()[other.pk] == "cancelled"
    paper = SealedDocument.objects.latest("pk")
    assert paper.title == "准予注销决定书" and verify(read(paper)).answer == VALID
    granted(desk, subject="没有这家店")  # the one that is left is another business's
    assert wallet.in_force([desk.account.applicant_id]) == [renewed]


def read(paper):
    return path_of(paper.file.digest).read_bytes()


def test_what_a_certificate_says_is_filled_in_where_nothing_was_typed_before(db):
    district.load()
    account = district.shopkeeper()
    card(account, "SC", "食品经营许可证", facts={"subject": "东简证上的名称", "address": "海滨路"})
    wanted = asked([], {})
    found = known_facts(wanted, actor_of(account, district.TODAY))
    assert (found["subject"], found["address"]) == ("东简证上的名称", "海滨路")
    district.applied(account, subject="后来自己填的")
    found = known_facts(wanted, actor_of(account, district.TODAY))
    assert (found["subject"], found["address"]) == ("后来自己填的", "东简街道东海大道 12 号")
