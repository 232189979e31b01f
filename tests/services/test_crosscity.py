"""Matters of other places: taken in for them, taken in by them, over a wire between two ends."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import district
from tests.services.test_outreach import SIGNED, client_of, staff
from tongban.kernel.exchange.signing import headers, new_secret
from tongban.kernel.metrics.metric import Period, metric
from tongban.kernel.people.actor import the_system
from tongban.kernel.people.models import Account
from tongban.kernel.procedures import after
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Invalid
from tongban.kernel.procedures.taking import take
from tongban.kernel.trust import vault
from tongban.services.cases.procedure import Handling
from tongban.services.catalogue.models import ServiceItem
from tongban.services.crosscity import inbox
from tongban.services.crosscity.collecting import Forwarding
from tongban.services.crosscity.models import Agreement, AgreementItem, Arrived, Place
from tongban.services.crosscity.receiving import Receiving
from tongban.services.crosscity.sending import NotTaken, forward, reply, send, signed_content

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d"
    "49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
PERSON = {"applicant_name": "王芳", "applicant_phone": "13900139002"}
PERSON["applicant_id"] = district.people.with_check("44080119850101002")


@pytest.fixture
def hall(db):
    district.load()
    ServiceItem.objects.filter(implementation_code=district.PLAIN_ITEM).update(cross_city=True)


def agreed(place):
    """With one item that we ourselves do, so that both ends can be here."""
    agreement = Agreement.objects.filter(place=place).first()
    ours = ServiceItem.objects.get(implementation_code=district.PLAIN_ITEM)
    return AgreementItem.objects.create(
        agreement=agreement, basic_code=ours.basic_code, name=ours.name, materials=["身份证"]
    )


def collect(item, client=None, **more):
    """Through the page, as a clerk does it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client or client_of(Account.objects.get(username="chen"))
    data = {**PERSON, "identified": "card", "told": "开小店"}
    data["paper_0"] = SimpleUploadedFile("id.png", PNG, "image/png")
    return client.post(f"/desk/crosscity/new/{item.pk}/", {**data, **more})


def out():
    return Matter.objects.filter(kind="cross_out").latest("pk")


def test_what_is_missing_is_named_and_nothing_is_lost(hall):
    item = agreed(Place.objects.get(code="haikou"))
    page = collect(item, paper_0="")
    assert page.status_code == 422 and "还缺：身份证" in page.content.decode()
    page = collect(item, applicant_phone="1")
    assert "11 位手机号" in page.content.decode()
    assert collect(item).status_code == 302
    matter = out()
    assert matter.unit.code == "SC" and matter.limit_days == 1
    Agreement.objects.update(to_on=timezone.localdate() - timedelta(days=1))
    page = collect(item)
    assert page.status_code == 422 and "不在有效期内" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_from_one_place_to_the_other_and_back_over_the_wire(hall, live_server, verifiable):
    """Both ends are this installation: what is sent arrives through the other's real door."""
    there, here = Place.objects.get(code="haikou"), Place.objects.get(code="beihai")
    secret = vault.encrypt(new_secret())
    for end, meant in ((there, here), (here, there)):
        end.secret_sealed = secret
        end.address = f"{live_server.url}/crosscity/inbox/{meant.code}/"
        end.save()
    assert collect(agreed(there)).status_code == 302
    sent = out()
    event = take(Forwarding.forward, sent, staff("chen"), key="go")
    forward(Matter.objects.get(pk=sent.pk), event)
    forward(Matter.objects.get(pk=sent.pk), event)  # the job runs twice
    arrived = Arrived.objects.select_related("matter").get()
    assert arrived.place == here and arrived.their_number == sent.number
    sent.refresh_from_db()
    assert sent.state == "sent" and sent.forwarded.their_number == arrived.matter.number
    assert [p.material for p in arrived.matter.cross_papers.all()] == ["身份证"]
    assert "王芳" not in str(arrived.matter.events.get(seq=1).facts)

    event = take(Receiving.ask, arrived.matter, staff("chen"), {"reason": "照片不清"}, key="ask")
    reply(Matter.objects.get(pk=arrived.pk), event)
    sent.refresh_from_db()
    assert sent.state == "correcting" and sent.detail.words == "照片不清"
    client = client_of(Account.objects.get(username="chen"))
    assert client.get(f"/desk/crosscity/{sent.number}/supply/").status_code == 200
    from django.core.files.uploadedfile import SimpleUploadedFile

    again = {"paper_0": SimpleUploadedFile("b.png", PNG + b" ", "image/png")}
    assert client.post(f"/desk/crosscity/{sent.number}/supply/", again).status_code == 302
    event = sent.events.latest("seq")
    forward(Matter.objects.get(pk=sent.pk), event)
    arrived.matter.refresh_from_db()
    assert arrived.matter.state == "arrived" and arrived.matter.cross_papers.count() == 2

    facts = {"subject": "海味店", "address": "1 号", "town": "T2", "contact": "王芳"}
    event = take(Receiving.accept, arrived.matter, staff("chen"), facts, key="acc")
    reply(Matter.objects.get(pk=arrived.pk), event)
    case = Arrived.objects.get().case
    assert case.part_of_id == arrived.pk and case.kind == "case" and case.applicant.name == "王芳"
    case = handled(case)
    told = {"part": case.number, "ended_as": case.state}
    event = take(Receiving.part_ended, arrived.matter.number, the_system(), told, key="end")
    reply(Matter.objects.get(pk=arrived.pk), event)
    sent.refresh_from_db()
    assert sent.state == "returned" and sent.detail.granted is False
    handed = {"receiver": "王芳", "signature": SIGNED}
    take(Forwarding.hand_over, sent.number, staff("chen"), handed, key="hand")
    assert metric("cross_city_forwarded").total(the_system(), Period()).value == 1
    assert metric("cross_city_arrived").total(the_system(), Period()).value == 1


def handled(case):
    """To an end that makes no paper."""
    account = staff("chen")
    take(Handling.decline, case.number, account, {"reason": "不属于本局"}, key="d")
    return Matter.objects.get(pk=case.pk)


def message(number="H-1", **more):
    paper = {"name": "a.png", "sha256": hashlib.sha256(PNG).hexdigest()}
    paper["content"] = base64.b64encode(PNG).decode()
    basic = ServiceItem.objects.get(implementation_code=district.PLAIN_ITEM).basic_code
    told = {"type": "application", "number": number, "basic_code": basic, "name": "王芳"}
    told |= {"id_number": PERSON["applicant_id"], "phone": "13900139002"}
    return {**told, "papers": {"身份证": paper}, **more}


def post(told, name="m1", secret=None, path="/crosscity/inbox/haikou/", signed_for=None, at=None):
    secret = secret or Place.objects.get(code="haikou").secret
    body = json.dumps(told).encode()
    at = at or timezone.now()
    given = headers(secret, name, at, signed_content(signed_for or path, body))
    sent = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in given.items()}
    return Client().post(path, body, content_type="application/json", **sent)


def test_the_door_knows_its_places_and_takes_nothing_twice(hall):
    assert post(message()).status_code == 200
    assert post(message()).json() == post(message(), name="other").json()
    assert Arrived.objects.count() == 1
    assert post(message("H-2"), secret=new_secret()).status_code == 401
    old = timezone.now() - timedelta(minutes=9)
    assert post(message("H-2"), at=old).status_code == 401
    elsewhere = "/crosscity/inbox/beihai/"
    assert post(message("H-2"), signed_for=elsewhere).status_code == 401
    assert post(message("H-2"), path="/crosscity/inbox/nowhere/").status_code == 401
    changed = message("H-2")
    changed["papers"]["身份证"]["sha256"] = "0" * 64
    answer = post(changed, name="m2")
    assert answer.status_code == 422 and "有变化" in answer.json()["reason"]
    assert post(message("H-2", basic_code="0" * 12), name="m3").status_code == 422
    assert post(message("H-2", id_number="1"), name="m4").status_code == 422
    assert post(["x"]).status_code == 400 and post({"type": "x"}, name="x").status_code == 422
    assert post({"type": "status", "number": "X", "state": "ended"}, name="y").status_code == 422
    assert Arrived.objects.count() == 1 and inbox.TURNS["ended"] is Forwarding.finish


@pytest.mark.django_db(transaction=True)
def test_what_the_other_end_refuses_comes_back_with_its_reason(hall, live_server, verifiable):
    place = Place.objects.get(code="haikou")
    place.address = f"{live_server.url}/crosscity/inbox/haikou/"
    place.save()
    item = AgreementItem.objects.filter(agreement__place=place, name__contains="参保").get()
    assert collect(item).status_code == 302  # an item that this end does not take in
    event = take(Forwarding.forward, out(), staff("chen"), key="go")
    forward(out(), event)
    matter = out()
    assert matter.state == "collected" and "没有这个跨城通办事项" in matter.detail.words
    with pytest.raises(NotTaken):
        send(place, "x", {"type": "nothing"})


def test_a_result_named_by_a_clerk_is_no_way_to_read_a_file(hall):
    place = Place.objects.get(code="haikou")
    assert collect(agreed(place)).status_code == 302
    take(Forwarding.post, out(), staff("chen"), {"waybill": "EA123456789CN"}, key="p")
    told = {"words": "办好", "granted": "yes", "file": 1}
    take(Forwarding.finish, out().number, staff("chen"), told, key="f")
    assert out().detail.result is None
    paper = out().cross_papers.get()
    reader = client_of(Account.objects.get(username="chen"))
    assert reader.get(f"/crosscity/papers/{paper.pk}/").status_code == 200
    stranger = client_of(Account.objects.get(username="ye"))
    assert stranger.get(f"/crosscity/papers/{paper.pk}/").status_code == 404
    with pytest.raises(Invalid):
        take(Forwarding.collect, None, staff("chen"), {**PERSON, "item": 0}, key="z")
    assert after._works["cross_forward"]


def test_the_register_is_kept_by_the_bureau(hall):
    zhou = client_of(Account.objects.get(username="zhou"))
    made = {"code": "zhuhai", "name": "珠海市", "contact": "", "address": ""}
    assert zhou.post("/desk/crosscity/", made).status_code == 302
    page = "/desk/crosscity/places/zhuhai/"
    told = {"act": "agreement", "number": "协1", "way": "collect", "from_on": "2022-01-01"}
    bad = zhou.post(page, {**told, "items": "123 甲"})
    assert bad.status_code == 422 and "第 1 行应为" in bad.content.decode()
    good = zhou.post(page, {**told, "items": "442001022000 开具临时身份证明 居民身份证、近期照片"})
    assert good.status_code == 302
    item = AgreementItem.objects.get(agreement__number="协1")
    assert item.materials == ["居民身份证", "近期照片"]
    shown = zhou.post(page, {"act": "secret"}).content.decode()
    assert Place.objects.get(code="zhuhai").secret in shown
    zhou.post(page, {"act": "end", "agreement": item.agreement_id})
    assert Agreement.objects.get(number="协1").to_on == timezone.localdate()
    assert metric("cross_city_items").total(the_system(), Period()).value == 10
