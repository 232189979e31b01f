"""A sealed paper is what it was, or it is refused."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from tests import district
from tongban.kernel.files.store import path_of
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.taking import take
from tongban.kernel.trust.keys import key_file
from tongban.kernel.units.models import Unit
from tongban.services.cases.letters import LICENCE
from tongban.services.cases.procedure import Handling
from tongban.services.seals.authority import authority, private_key
from tongban.services.seals.making import NoSeal, seal_of
from tongban.services.seals.models import Seal, SealedDocument
from tongban.services.seals.picture import picture, split
from tongban.services.seals.signing import SealNotInForce, seal_pdf
from tongban.services.seals.typesetting import typeset
from tongban.services.seals.verifying import CHANGED, INVALID, VALID, verify

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "许可证",
    "number": "湛开许〔2026〕1号",
    "code": "abc",
    "matter": "SC20260928-0001-3",
    "item": "食品经营许可-新办",
    "applicant": "#strong[李]*小明*",
    "unit": "市场监督管理局",
    "date": "2026年9月28日",
    "subject": "海味",
    "address": "东海大道",
    "valid_until": "2031年9月27日",
}


@pytest.fixture
def seal(db):
    district.load()
    Seal.objects.update(from_on=date(2020, 1, 1))
    return Seal.objects.get(code="SEAL05")


@pytest.fixture
def sealed(seal):
    """The notice of a real case, as its job made, sealed and kept it."""
    matter = district.applied(district.shopkeeper())
    event = take(Handling.accept, matter, district.person("chen"), key="a", at=district.NOON)
    run_work(name="document", matter_id=matter.pk, event_id=event.pk)
    return path_of(SealedDocument.objects.get().file.digest).read_bytes()


def test_a_sealed_paper_is_valid_and_names_its_seal(sealed, seal):
    verdict = verify(sealed)
    assert (verdict.answer, verdict.signer, verdict.seal_in_force) == (VALID, seal.name, True)
    assert verdict.document.title == "受理通知书"


def test_every_changed_byte_of_a_sample_is_caught(sealed):
    source = random.Random(3)
    own_place = sealed.index(b"/Contents <")
    places = [*source.sample(range(len(sealed)), 40), *range(own_place, len(sealed), 900)]
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << source.randrange(8)
        assert verify(bytes(changed)).answer != VALID, place


def test_a_paper_sealed_by_our_key_but_not_kept_here_is_not_valid(seal):
    made = typeset(LICENCE.source, FACTS, "http://x/verify/abc/")
    assert verify(seal_pdf(made, seal, timezone.now(), "t")).answer == CHANGED


def test_what_is_added_after_the_seal_is_not_valid(sealed):
    assert verify(sealed + b"\n% more").answer in (CHANGED, INVALID)
    assert verify(sealed[:-200]).answer == INVALID


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 4096, "不是文件".encode()])
def test_what_is_no_paper_of_ours_is_invalid(seal, content):
    assert verify(content).answer == INVALID


def test_a_seal_out_of_its_period_seals_nothing(seal):
    seal.to_on = date(2020, 1, 2)
    with pytest.raises(SealNotInForce, match="不在有效期内"):
        seal_pdf(b"", seal, timezone.now(), "t")


def test_a_seal_is_in_force_from_midnight_here_not_in_greenwich(seal):
    seal.from_on, seal.to_on = date(2026, 11, 25), date(2026, 11, 25)
    just_before = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)
    first = datetime(2026, 11, 24, 16, 20, tzinfo=UTC)
    assert seal.covers(first)
    assert not seal.covers(just_before)
    assert not seal.covers(just_before + timedelta(days=1, minutes=1))
    made = typeset(LICENCE.source, FACTS, "http://x/verify/abc/")
    assert seal_pdf(made, seal, first, "t").startswith(b"%PDF")


def test_names_with_typesetting_commands_stay_names(seal):
    assert typeset(LICENCE.source, {**FACTS, "subject": '"] #panic() $x$ <a>'}, "x").startswith(
        b"%PDF"
    )


def test_a_unit_without_a_seal_says_so(seal):
    with pytest.raises(NoSeal, match="还没有登记电子印章"):
        seal_of(Unit.objects.get(code="CL"), SealedDocument(kind="x"), LICENCE, "system")


def test_twenty_seals_have_their_own_picture_and_certificate(seal):
    seals = list(Seal.objects.all())
    assert len(seals) == 20
    assert len({s.certificate for s in seals}) == 20
    assert len({picture(s.name).tobytes() for s in seals}) == 20
    assert split("市场监督管理局政务服务专用章") == ("市场监督管理局", "政务服务专用章")
    assert picture("短").size == (640, 640)
    assert authority().not_valid_after_utc > timezone.now() + timedelta(days=3650)


def test_private_keys_are_for_the_service_alone(seal, settings):
    private_key("seal-SEAL05")
    assert key_file("seal-SEAL05.pem", bytes) != b""
    assert {p.stat().st_mode & 0o077 for p in settings.KEYS.glob("*.pem")} == {0}
