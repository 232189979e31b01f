"""A seal from its application to its end, who may use it for what, and its national side."""

import subprocess
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from gmssl import sm2 as second

from tests import district
from tongban.kernel.files.store import path_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.refusals import Invalid, NotAllowed, NotNow
from tongban.kernel.procedures.taking import take
from tongban.kernel.trust.sm2 import PrivateKey
from tongban.services.cases.procedure import Handling
from tongban.services.seals import national
from tongban.services.seals.jobs import take_in
from tongban.services.seals.making import NoSeal
from tongban.services.seals.models import Seal, SealAuthorisation, SealedDocument
from tongban.services.seals.picture import as_svg
from tongban.services.seals.procedure import Sealing
from tongban.services.seals.verifying import INVALID, VALID, verify
from tongban.services.seals.waiting import make_waiting

pytestmark = pytest.mark.django_db
NAME = "湛江经济技术开发区市场监督管理局政务服务专用章"


@pytest.fixture
def people(db):
    return {name: district.person(name) for name in ("huang", "zhou", "zhao", "chen", "luo")}


@pytest.fixture
def seal(db):
    return Seal.objects.get(unit__code="SC")


def accepted(key="a", who="chen"):
    """A case accepted; its notice is a job still to be done: (matter, event)."""
    account = Account.objects.filter(applicant__name_masked="李*明").first()
    matter = district.applied(account or district.shopkeeper(), key=f"of{key}")
    event = take(Handling.accept, matter, district.person(who), key=key, at=district.NOON)
    return matter, event


def made(matter, event):
    run_work(name="document", matter_id=matter.pk, event_id=event.pk)
    return SealedDocument.objects.get(event=event)


def step(name, seal, actor, data=None):
    key = f"{name}{seal.matter.head_seq}{timezone.now().timestamp()}"
    return take(Sealing.steps[name], seal.matter.number, actor, data or {}, key=key)


def test_the_twenty_of_the_district_are_registered_and_genuine():
    seals = list(Seal.objects.select_related("matter"))
    assert len(seals) == 20
    assert {seal.matter.state for seal in seals} == {"in_force"}
    for seal in seals[:5]:
        der = bytes(seal.structure)
        assert national.is_genuine(der)
        info = national.SesSeal.load(der)["seal_info"]
        assert info["property"]["name"].native == seal.name
        assert info["es_id"].native == seal.code
        for place in range(0, len(der), 211):
            changed = bytearray(der)
            changed[place] ^= 1
            assert not national.is_genuine(bytes(changed)), place


def test_applied_approved_made_given_out_and_used_only_with_authorisation(people, seal):
    unit = seal.unit
    data = {"unit": "SC", "kind": "special", "name": f"{unit.name}行政审批专用章", "reason": "新设"}
    with pytest.raises(Invalid, match="只能申请本单位"):
        take(Sealing.apply, None, people["huang"], {**data, "unit": "GA"}, key="1")
    with pytest.raises(Invalid, match="应以单位全称"):
        take(Sealing.apply, None, people["huang"], {**data, "name": "某某公司公章"}, key="2")
    matter = take(Sealing.apply, None, people["huang"], data, key="3").matter
    fresh = Seal.objects.get(matter=matter)
    for name, who in (("approve", "zhou"), ("make", "zhao"), ("activate", "huang")):
        with pytest.raises(NotAllowed):
            step(name, fresh, people["chen"])
        step(name, fresh, people[who])
    fresh.refresh_from_db()
    assert fresh.certificate and national.is_genuine(bytes(fresh.structure))
    SealAuthorisation.objects.filter(seal=seal).delete()  # the unit's other one is for nothing now
    matter, event = accepted()
    with pytest.raises(NoSeal, match="没有授权"):
        made(matter, event)
    waiting = SealedDocument.objects.get(event=event)
    assert waiting.number and not waiting.file
    rule = {"kinds": ["acceptance"], "from_on": timezone.localdate()}
    step("authorise", fresh, people["huang"], rule)
    assert list(make_waiting(unit.pk)) == [(waiting.number, "")]
    paper = made(matter, event)
    assert (paper.seal, paper.number) == (fresh, waiting.number)


def test_an_authorisation_names_papers_person_and_period(people, seal):
    SealAuthorisation.objects.filter(seal=seal).delete()
    luo = Account.objects.get(username="luo")
    today = timezone.localdate()
    rule = {"kinds": ["acceptance"], "person": luo.code, "from_on": today, "to_on": today}
    with pytest.raises(Invalid, match="不能早于"):
        step("authorise", seal, people["huang"], {**rule, "to_on": today - timedelta(days=1)})
    step("authorise", seal, people["huang"], rule)
    with pytest.raises(NoSeal):
        made(*accepted("chen"))
    assert made(*accepted("luo", "luo")).file
    given = SealAuthorisation.objects.get(seal=seal)
    back = {"which": given.pk, "reason": "换人"}
    step("withdraw_authorisation", seal, people["huang"], back)
    with pytest.raises(NoSeal):
        made(*accepted("luo2", "luo"))


def test_one_by_one_a_head_permits_a_paper_that_waits(people, seal):
    SealAuthorisation.objects.filter(seal=seal).delete()
    with pytest.raises(NotNow, match="没有等着盖章"):
        step("permit", seal, people["huang"], {"papers": []})
    first, second_one = accepted("x"), accepted("y")
    for one in (first, second_one):
        with pytest.raises(NoSeal):
            made(*one)
    paper = SealedDocument.objects.get(event=first[1])
    step("permit", seal, people["huang"], {"papers": [paper.code]})
    left = dict(make_waiting(seal.unit_id))
    assert left.pop(paper.number) == ""
    assert len(left) == 1 and all("没有授权" in why for why in left.values())


def test_a_suspended_seal_seals_nothing_and_what_it_sealed_before_stays_valid(people, seal):
    content = path_of(made(*accepted("before")).file.digest).read_bytes()
    step("suspend", seal, people["huang"], {"reason": "密钥疑似泄露"})
    with pytest.raises(NoSeal, match="已停用"):
        made(*accepted("during"))
    verdict = verify(content)
    assert (verdict.answer, verdict.seal_in_force) == (VALID, True)
    assert not seal.in_force_at(timezone.now())
    with pytest.raises(NotAllowed):
        step("restore", seal, people["huang"], {"reason": "查清"})
    step("restore", seal, people["zhou"], {"reason": "查清"})
    assert [why for _number, why in make_waiting(seal.unit_id)] == [""]
    step("revoke", seal, people["zhou"], {"reason": "机构撤销"})
    seal.matter.refresh_from_db()
    assert seal.matter.closed_at and not seal.in_force_at(timezone.now())


def test_its_counter_agrees_with_the_papers_and_the_register_shows_when_it_does_not(seal):
    for n in range(3):
        made(*accepted(f"n{n}"))
        made(*_last())  # a job tried again is no second use
    seal.refresh_from_db()
    assert seal.uses == SealedDocument.objects.filter(seal=seal).count() == 3
    client = Client()
    account = Account.objects.get(username="huang")
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    assert "不一致" not in client.get("/desk/seals/").content.decode()
    Seal.objects.filter(pk=seal.pk).update(uses=4)
    assert "不一致" in client.get("/desk/seals/").content.decode()
    page = client.get(f"/desk/seal/{seal.matter.number}/").content.decode()
    assert "<polygon" in page and "文书有 3 份" in page


def _last():
    paper = SealedDocument.objects.latest("pk")
    return paper.matter, paper.event


def test_openssl_and_gmssl_accept_the_sm2_signature_and_no_changed_byte(seal, tmp_path):
    paper = made(*accepted("sm2"))
    client = Client()
    content = path_of(paper.file.digest).read_bytes()
    for name in ("sm2.sig", "sm2.pem"):
        (tmp_path / name).write_bytes(client.get(f"/verify/{paper.code}/{name}").content)
    (tmp_path / "paper.pdf").write_bytes(content)
    (tmp_path / "changed.pdf").write_bytes(content[:-1] + b"x")
    for name, good in (("paper.pdf", True), ("changed.pdf", False)):
        command = "openssl dgst -sm3 -verify sm2.pem -signature sm2.sig"
        command += f" -sigopt distid:1234567812345678 {name}"
        done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True)
        assert ("Verified OK" in done.stdout) is good, done
    assert verify(content).sm2 is True
    SealedDocument.objects.filter(pk=paper.pk).update(sm2_signature=b"0" * 70)
    assert verify(content).answer == INVALID


def test_ten_thousand_sm2_signatures_pass_the_second_implementation_edge_cases_included():
    """A sample of a hundred is judged by gmssl, all by libcrypto; r and s with a high bit or a
    leading zero byte are among them."""
    key, lengths = PrivateKey.generate(), set()
    judge = second.CryptSM2(private_key="", public_key=key.public.point.hex())
    judge.public_key = key.public.point.hex()
    for n in range(10_000):
        message = f"第{n}件".encode()
        signature = key.sign(message)
        lengths.add(len(signature))
        assert key.public.verifies(message, signature), n
        if n % 100 == 0:
            r, s = decode_dss_signature(signature)
            assert judge.verify_with_sm3(f"{r:064x}{s:064x}", message), n
    assert {70, 71, 72} <= lengths  # none, one, both with the high bit
    assert min(lengths) < 70  # and leading zero bytes


def test_the_public_door_answers_in_three_words(seal):
    content = path_of(made(*accepted("api")).file.digest).read_bytes()
    changed = content.replace(b"%PDF-1", b"%PDF-2", 1)
    for sent, answer in ((content, "valid"), (changed, "invalid"), (b"nothing", "invalid")):
        file = SimpleUploadedFile("a.pdf", sent, "application/pdf")
        found = Client().post("/api/v1/verify/", {"file": file})
        assert (found.status_code, found.json()["answer"]) == (200, answer)
    good = Client().post("/api/v1/verify/", {"file": SimpleUploadedFile("a.pdf", content)}).json()
    assert (good["sm2"], good["seal_in_force"], good["document"]) == (True, True, "受理通知书")


def test_the_picture_as_lines_bears_every_letter_of_the_name():
    drawn = as_svg("湛江<经>开区市场监督管理局政务服务专用章")
    assert drawn.count("<text transform") == len("湛江<经>开区市场监督管理局")
    assert "<经>" not in drawn and "政务服务专用章</text>" in drawn


def test_a_seal_older_than_the_register_is_taken_in_as_it_is(people, seal):
    old = Seal.objects.create(
        code="SC-old",
        unit=seal.unit,
        name=f"{NAME}（旧）",
        certificate=seal.certificate,
        from_on=seal.from_on,
        to_on=seal.to_on,
    )
    before = timezone.now() - timedelta(days=400)
    Seal.objects.filter(pk=old.pk).update(from_on=before.date())
    assert take_in() == 1 and take_in() == 0
    taken = Seal.objects.get(pk=old.pk)
    assert (taken.matter.state, taken.certificate) == ("in_force", seal.certificate)
    assert taken.matter.act_on == seal.matter.act_on and national.is_genuine(bytes(taken.structure))
    assert taken.in_force_at(before) and taken.in_force_at(timezone.now())
    step("suspend", taken, people["zhou"], {"reason": "换章"})
    assert not Seal.objects.get(pk=old.pk).in_force_at(timezone.now())


def test_many_waiting_papers_are_sealed_by_one_press_shown_and_gone_on_with(
    people, seal, monkeypatch
):
    from tongban.services.seals import backlog, waiting

    step("suspend", seal, people["zhou"], {"reason": "换章"})
    account = district.shopkeeper()
    for n in range(12):
        matter = district.applied(account, key=f"of{n}")
        event = take(Handling.accept, matter, people["chen"], key=f"w{n}", at=district.NOON)
        with pytest.raises(NoSeal):
            run_work(name="document", matter_id=matter.pk, event_id=event.pk)
    client = Client()
    client.force_login(Account.objects.get(username="huang"))
    page = client.get("/desk/seals/waiting/").content.decode()
    assert "有 12 份文书等着盖章" in page and "印章已停用" in page
    step("restore", seal, people["zhou"], {"reason": "换好"})
    event = seal.matter.events.latest("seq")
    real, done = waiting.make_document, []

    def dies(matter, event):
        if len(done) == 5:
            raise KeyboardInterrupt
        done.append(real(matter, event))

    monkeypatch.setattr(waiting, "make_document", dies)
    job = {"name": "seal_waiting", "matter_id": seal.matter_id, "event_id": event.pk}
    with pytest.raises(KeyboardInterrupt):
        run_work(**job)
    monkeypatch.setattr(waiting, "make_document", real)
    pressed = client.post("/desk/seals/waiting/")
    assert pressed.status_code == 302
    assert not backlog.start(seal.unit_id)  # pressed twice, queued once
    run_work(**job)
    shown = client.get(pressed["Location"]).content.decode()
    assert "已盖 7 份，还剩 0 份" in shown
    papers = SealedDocument.objects.filter(matter__unit=seal.unit_id)
    assert papers.filter(file__isnull=False).count() == papers.count() == 12
    assert sum(Seal.objects.filter(unit=seal.unit_id).values_list("uses", flat=True)) == 12
