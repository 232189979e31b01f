"""The kiosk's own screen: enrolled, signed in there, what works, the keeper, the journal."""

import base64
import json
import os
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import zxingcpp
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests import district
from tests.services.test_crosscity import PNG
from tests.services.test_kiosks import enrolled, say, value, zhou  # noqa: F401 - a fixture
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import AccessLog, Account, Applicant, EnterpriseRecord
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.kernel.trust import vault
from tongban.services.catalogue.models import ServiceItem
from tongban.services.hall.procedure import Queueing
from tongban.services.hall.queue import HALL_MACHINE
from tongban.services.kiosks import box, sitting
from tongban.services.kiosks.models import CallBack, Content, Kiosk, KioskItem, SignIn, Sitting, Use
from tongban.services.kiosks.offers import address_of, offered

pytestmark = pytest.mark.django_db
NUMBER = district.people.with_check("44080119850101002")


@pytest.fixture
def kiosk(zhou):  # noqa: F811
    """A browser of its own, enrolled by the code that the bureau's page told."""
    page = zhou.post("/desk/kiosks/KS01/", {"act": "invite"}).content.decode()
    code = re.search(r'class="code">([0-9A-Z]{10})<', page)[1]
    client = Client()
    assert client.post("/kiosk/", {"code": "WRONG"}).status_code == 422
    assert client.post("/kiosk/", {"code": code.lower()}).status_code == 302
    assert Client().post("/kiosk/", {"code": code}).status_code == 422  # works once
    return client


def sit_down(kiosk, name="王芳", number=NUMBER):
    """With the card on the reader of the same machine."""
    token = kiosk.cookies["kiosk"].value
    answer = Client().post(
        "/kiosk/card/",
        json.dumps({"name": name, "number": number}),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Device {token}",
    )
    assert answer.status_code == 200, answer.content
    kiosk.get("/kiosk/signin/")
    answer = kiosk.get("/kiosk/signin/wait/?next=/my/")
    assert answer.headers["HX-Redirect"] == "/my/"
    return Account.objects.get(applicant__id_index=vault.index("id", number))


def test_one_sits_down_with_a_card_and_leaves_nothing_behind(kiosk):
    assert kiosk.get("/my/")["Location"].startswith("/signin/")
    assert kiosk.get("/signin/?next=/my/")["Location"].startswith("/kiosk/signin/")
    account = sit_down(kiosk)
    assert account.applicant.identity_level == 3
    page = kiosk.get("/my/")
    assert page.headers["Cache-Control"] == "no-store" and "办完退出" in page.content.decode()
    here = Sitting.objects.get()
    assert (here.how, here.ended_at) == ("card", None)
    session = kiosk.session.session_key
    answer = kiosk.post("/kiosk/end/", {"why": "done"})
    assert answer["Clear-Site-Data"] == '"cache"' and answer["Location"] == "/kiosk/?ended=done"
    assert kiosk.get("/my/").status_code == 302
    here.refresh_from_db()
    assert here.ended_at and here.why == "done"
    from django.contrib.sessions.models import Session

    assert not Session.objects.filter(session_key=session).exists()
    assert "王" not in kiosk.get("/kiosk/").content.decode()


def test_a_sitting_ends_by_itself_when_nobody_touches_the_screen(kiosk):
    sit_down(kiosk)
    store = kiosk.session
    store[sitting.SEEN] -= sitting.IDLE.total_seconds() + 1
    store.save()
    answer = kiosk.get("/my/")
    assert answer["Location"] == "/kiosk/?ended=quiet"
    assert Sitting.objects.get().why == "quiet"
    assert kiosk.get("/my/")["Location"].startswith("/signin/")


def test_signs_of_life_do_not_keep_a_sitting_alive(kiosk):
    sit_down(kiosk)
    store = kiosk.session
    before = store[sitting.SEEN] - 30
    store[sitting.SEEN] = before
    store.save()
    answer = kiosk.post("/kiosk/heartbeat/", "{}", content_type="application/json")
    assert answer.json()["counter"] == 0 and kiosk.session[sitting.SEEN] == before


def test_a_code_is_confirmed_on_ones_own_phone_once_and_in_time(kiosk):
    account = district.shopkeeper()
    phone = Client()
    phone.force_login(account, "tongban.kernel.people.signin.PhoneBackend")
    shown = [scanned(kiosk.get("/kiosk/signin/").content.decode())]
    assert kiosk.get("/kiosk/signin/wait/").status_code == 204
    assert "调文村" in phone.get(shown[0]).content.decode()
    assert phone.post(shown[0]).status_code == 200
    assert phone.post(shown[0]).status_code == 409  # once
    assert kiosk.get("/kiosk/signin/wait/").headers["HX-Redirect"] == "/kiosk/"
    assert Sitting.objects.get().account == account
    assert kiosk.get("/kiosk/signin/wait/").status_code == 204
    kiosk.post("/kiosk/end/")
    SignIn.objects.create(
        kiosk=Kiosk.objects.first(),
        digest="x",
        made_at=timezone.now() - timedelta(minutes=3),
        account=account,
        how="scan",
    )
    assert kiosk.get("/kiosk/signin/wait/").status_code == 204  # too late


def scanned(page, dots=4):
    """The path of the address that a phone's camera reads from the code on the screen."""
    drawing = re.search(r"<svg.*?</svg>", page, re.S)[0]
    side = int(re.search(r'viewBox="0 0 (\d+)', drawing)[1])
    image, x, y = Image.new("L", (side, side), 255), 0.0, 0.0
    drawn = re.search(r' d="([^"]+)"', drawing)[1]
    for command, one, other in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", drawn):
        if command == "h":
            box = (x, y - 0.5, x + float(one), y + 0.5)
            image.paste(0, tuple(round(n * dots) for n in box))
            x += float(one)
        else:
            x, y = (0.0, 0.0) if command == "M" else (x, y)
            x, y = x + float(one), y + float(other)
    return urlsplit(zxingcpp.read_barcodes(image)[0].text).path


def test_only_an_enrolled_machine_says_whose_card_it_read(kiosk):
    told = json.dumps({"name": "王芳", "number": NUMBER})
    stranger = Client().post("/kiosk/card/", told, content_type="application/json")
    assert stranger.status_code == 401 and not Applicant.objects.filter(name_masked="王*").exists()
    sit_down(kiosk)
    token = {"HTTP_AUTHORIZATION": f"Device {kiosk.cookies['kiosk'].value}"}
    for said, status in (
        ({"name": "李四", "number": NUMBER}, 409),
        ({"name": "王芳", "number": "123"}, 422),
        ({"name": "", "number": NUMBER}, 422),
    ):
        answer = Client().post(
            "/kiosk/card/", json.dumps(said), content_type="application/json", **token
        )
        assert answer.status_code == status
    assert Client().get("/kiosk/go/KI134/").status_code == 409


def test_staff_do_not_sign_in_at_a_kiosk(kiosk):
    kiosk.force_login(
        Account.objects.get(username="chen"), "tongban.kernel.people.signin.StaffBackend"
    )
    answer = kiosk.get("/desk/")
    assert answer.status_code == 409 and not Sitting.objects.exists()
    assert kiosk.get("/desk/").status_code == 302


def test_the_keeper_helps_by_a_number_of_their_own_and_it_is_written_down(kiosk, zhou):  # noqa: F811
    zhou.post(
        "/desk/kiosks/KS01/",
        {"act": "keeper", "place": "村委会", "keeper": "陈伯", "pin": "246810"},
    )
    assert kiosk.post("/kiosk/keeper/", {"pin": "246810"}).status_code == 409  # nobody sits there
    sit_down(kiosk)
    for _ in range(sitting.PIN_TRIES):
        assert kiosk.post("/kiosk/keeper/", {"pin": "000000"}).status_code == 409
    answer = kiosk.post("/kiosk/keeper/", {"pin": "246810"})
    assert "10 分钟后再试" in answer.content.decode()
    Kiosk.objects.update(pin_failed_at=timezone.now() - timedelta(minutes=11))
    assert kiosk.post("/kiosk/keeper/", {"pin": "246810"}).status_code == 302
    assert Sitting.objects.get().helper == "陈伯"
    kiosk.get("/kiosk/go/KI134/")
    assert Use.objects.get().helped


def filled(item):
    """What the portal's pages ask for this item, answered."""
    from tongban.demo.together import _filled
    from tongban.services.cases.opening import must_be_handed_in
    from tongban.services.catalogue.form_fields import asked
    from tongban.services.catalogue.situations import needs_of

    needs = needs_of(item)
    answers = {q.text: q.options[-1] for q in needs.questions}
    fields = {one.field.key: _filled(one.field) for one in asked(item.form_fields, answers)}
    papers = [m for m in needs.under(answers) if must_be_handed_in(m)]
    return needs, answers, fields, papers


def apply_there(kiosk, item):
    """Page by page, as a person does it on the screen, with photographs from its camera."""
    needs, answers, fields, papers = filled(item)
    base = f"/apply/{item.implementation_code}/"
    told = {f"q{n}": answers[q.text] for n, q in enumerate(needs.questions)}
    page = kiosk.get(base)
    assert page.status_code in (200, 302), page.status_code
    names = re.findall(r'name="([^"]+)"', page.content.decode())
    by_question = [name for name in dict.fromkeys(names) if name.startswith(("q", "answer"))]
    told = dict(zip(by_question, answers.values(), strict=False)) if answers else told
    kiosk.post(base, told)
    answer = kiosk.post(f"{base}facts/", fields)
    assert answer.status_code == 302, answer.content.decode()[-1500:]
    page = kiosk.get(f"{base}materials/").content.decode()
    inputs = re.findall(r'type="file"[^>]*name="([^"]+)"|name="([^"]+)"[^>]*type="file"', page)
    files = {a or b: SimpleUploadedFile("p.png", PNG, "image/png") for a, b in inputs}
    kiosk.post(f"{base}materials/", {**files, "consent": "on"})
    answer = kiosk.post(f"{base}check/", {"key": f"k-{item.pk}"})
    assert answer.status_code == 302, (item.name, papers, answer.content.decode()[-3000:])


def test_what_the_tiles_offer_is_counted_as_working_and_leads_somewhere(kiosk):
    sit_down(kiosk)
    assert value("kiosk_items_working") == offered().count() >= 70
    for item in offered():
        answer = kiosk.get(f"/kiosk/go/{item.code}/")
        assert answer.status_code == 302 and answer["Location"] == address_of(item)
        assert kiosk.get(answer["Location"]).status_code == 200, (item.name, answer["Location"])
    assert Use.objects.filter(kiosk__device__code="KS01").count() == offered().count()
    assert kiosk.get("/kiosk/go/KI116/").status_code == 404  # registered, not connected


def test_items_of_the_catalogue_are_applied_for_at_the_kiosk_to_the_end(kiosk):
    """All that the kiosks' list names; each becomes a case of the one who sits there."""
    account = sit_down(kiosk)
    items = [k.item for k in offered().filter(service="guide").select_related("item__current")]
    personal = [item for item in items if item.audience != "legal"]
    assert len(personal) >= 25
    for item in personal:
        apply_there(kiosk, item)
    made = Matter.objects.filter(kind="case", applicant=account.applicant)
    assert made.count() == len(personal)
    progress = kiosk.get("/kiosk/progress/RS/").content.decode()
    assert "人社局" in progress and made.filter(unit__code="RS").first().number in progress


def test_the_other_tiles_work_on_our_own_data(kiosk):
    account = sit_down(kiosk)
    firm = EnterpriseRecord.objects.first()
    assert firm.uscc in kiosk.get(f"/kiosk/firms/?q={firm.name[:6]}").content.decode()
    assert firm.name in kiosk.get(f"/kiosk/firms/?q={firm.uscc[:17]}").content.decode()
    assert "没有查到" in kiosk.get("/kiosk/firms/?q=没有这家").content.decode()
    assert "没有查到" in kiosk.get("/kiosk/licences/SC/?q=NONE-1").content.decode()
    told = {"words": "路灯坏了没人修", "about": ""}
    assert kiosk.post("/my/new/reflection/tell/", told).status_code == 302
    slot = district.slot(unit="MZ")
    assert kiosk.post("/book/", {"group": "MZ", "slot": slot.pk}).status_code == 302
    person = actor_of(account, timezone.localdate())
    event = take(
        Queueing.draw, None, HALL_MACHINE, {"group": "SC", "person": person_code(account)}, key="d"
    )
    chen = actor_of(Account.objects.get(username="chen"), timezone.localdate())
    number = event.matter.number
    take(Queueing.by_hand, number, chen, {"counter": counter_of("SC")}, key="h")
    page = kiosk.get("/kiosk/judging/").content.decode()
    assert f"/my/{number}/step/judge/" in page and person
    answer = kiosk.post(f"/my/{number}/step/judge/", {"level": "5", "words": ""})
    assert answer.status_code == 302
    assert "没有要评价" in kiosk.get("/kiosk/judging/").content.decode()


def person_code(account):
    return account.applicant.code


def counter_of(unit):
    from tongban.services.hall.models import Counter

    return Counter.objects.filter(unit__code=unit).first().number


def seal_in_browser(told):
    """What kiosk.js does, in another implementation: sealed for the server's key."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), base64.b64decode(box.public_point())
    )
    mine = ec.generate_private_key(ec.SECP256R1())
    point = mine.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = mine.exchange(ec.ECDH(), theirs)
    key = HKDF(hashes.SHA256(), 32, salt=point, info=box.INFO).derive(shared)
    nonce = os.urandom(12)
    content = AESGCM(key).encrypt(nonce, json.dumps(told).encode(), None)
    parts = {"point": point, "nonce": nonce, "content": content}
    return {name: base64.b64encode(part).decode() for name, part in parts.items()}


def test_what_was_kept_without_network_is_read_by_the_server_alone_and_done_once(kiosk, zhou):  # noqa: F811
    ticket = take(Queueing.draw, None, HALL_MACHINE, {"group": "SC"}, key="d").matter
    chen = actor_of(Account.objects.get(username="chen"), timezone.localdate())
    take(Queueing.by_hand, ticket, chen, {"counter": counter_of("SC")}, key="h")
    now = timezone.now()
    kept = seal_in_browser({"phone": "13900139002", "words": "想办社保卡"})
    judged = seal_in_browser({"code": ticket.query_code.lower(), "level": "5"})
    changed = {**kept, "content": kept["content"][:-8] + "AAAAAAA="}
    wrong = seal_in_browser({"phone": "1", "words": "x"})
    entries = [
        {"counter": n, "kind": kind, "at": now.isoformat(), "data": data}
        for n, (kind, data) in enumerate(
            (
                ("call_back", kept),
                ("evaluation", judged),
                ("call_back", changed),
                ("call_back", wrong),
                ("evaluation", seal_in_browser({"code": "", "level": "1"})),
            ),
            start=1,
        )
    ]
    assert "13900139002" not in json.dumps(entries)
    for _ in range(3):
        body = json.dumps({"sent": now.isoformat(), "entries": entries})
        answer = kiosk.post("/kiosk/journal/", body, content_type="application/json").json()
    assert answer["saved"] == 5
    assert [answer["results"][str(n)]["refused"] for n in range(1, 6)] == [
        False,
        False,
        True,
        True,
        True,
    ]
    assert CallBack.objects.count() == 1 and ticket.evaluation.level == 5
    town = Client()
    wu = Account.objects.get(username="wu")
    town.force_login(wu, "tongban.kernel.people.signin.StaffBackend")
    assert "13900139002" not in town.get("/desk/kiosks/calls/").content.decode()  # another town's
    page = zhou.get("/desk/kiosks/calls/").content.decode()
    assert "13900139002" in page and "想办社保卡" in page
    zhou.post(f"/desk/kiosks/calls/{CallBack.objects.get().pk}/", {"outcome": "已教会"})
    page = zhou.get("/desk/kiosks/calls/").content.decode()
    assert "已教会" in page and "13900139002" not in page
    assert not AccessLog.objects.filter(purpose="x").exists()


def test_contents_and_items_are_pushed_from_afar(kiosk, zhou):  # noqa: F811
    before = Kiosk.objects.get(device__code="KS01").device.round
    today = timezone.localdate()
    told = {"act": "add", "title": "停电通知", "words": "周三上午停电", "from_on": today}
    told |= {"to_on": today, "towns": ["T1"]}
    bad = zhou.post("/desk/kiosks/contents/", {**told, "to_on": today - timedelta(days=1)})
    assert bad.status_code == 422 and "结束应不早于开始" in bad.content.decode()
    assert zhou.post("/desk/kiosks/contents/", told).status_code == 302
    assert "停电通知" in kiosk.get("/kiosk/").content.decode()
    assert Kiosk.objects.get(device__code="KS01").device.round == before + 1
    other = Kiosk.objects.exclude(device__unit__code="T1").first()
    assert other.device.round == 0
    zhou.post("/desk/kiosks/contents/", {"act": "drop", "content": Content.objects.get().pk})
    assert "停电通知" not in kiosk.get("/kiosk/").content.decode()
    item = KioskItem.objects.get(code="KI135")
    zhou.post("/desk/kiosks/items/", {"item": "KI135", "service": "search"})
    assert kiosk.get("/kiosk/go/KI135/").status_code == 404
    zhou.post("/desk/kiosks/items/", {"item": "KI135", "service": "search", "offered": "1"})
    assert kiosk.get(f"/kiosk/go/{item.code}/").status_code == 302
    assert ServiceItem.objects.exists()


def test_a_machine_that_was_enrolled_anew_knows_nobody(kiosk, zhou):  # noqa: F811
    sit_down(kiosk)
    enrolled(zhou)
    page = kiosk.get("/kiosk/").content.decode()
    assert "登记这台自助机" in page
    token = kiosk.cookies["kiosk"].value
    assert say("heartbeat", token).status_code == 401
