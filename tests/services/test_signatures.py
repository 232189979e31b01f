"""Handwriting: bound to what was signed, on the paper in both formats, and erasable."""

import re
import zipfile
from io import BytesIO

import pytest
from django.utils import timezone

from tests import district
from tests.services.test_case_roads import Desk
from tests.services.test_counter import entered
from tests.services.test_ofd import OFD, pages_of, parts_of
from tests.services.test_papers import GRANT, made, text_of
from tongban.kernel.files.store import path_of
from tongban.kernel.ledger.models import PersonalFact
from tongban.kernel.ledger.personal import digest, read
from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.refusals import Invalid
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling
from tongban.services.seals.models import SealedDocument

pytestmark = pytest.mark.django_db
SIGNED = (
    "M10 100" + "".join(f"L{20 + n * 9} {60 + n % 7 * 9}" for n in range(40)) + "M300 20L310 180"
)


def test_what_was_written_is_bound_to_the_event_and_stays_outside_the_chain():
    district.load()
    matter = district.applied(district.shopkeeper(), signature=SIGNED)
    event = matter.events.get()
    assert SIGNED not in str(event.facts)
    fact = PersonalFact.objects.get(event=event, field="signature")
    assert read(event)["signature"] == SIGNED
    assert event.facts["personal"]["signature"] == digest(fact.salt, SIGNED)
    other = digest(fact.salt, SIGNED.replace("M10", "M11"))
    assert event.facts["personal"]["signature"] != other


@pytest.mark.parametrize(
    "path",
    [
        "M1 1L2 2",
        "x",
        "M700 1" + "L1 1" * 9,
        "M1 1" + "L1 1" * 9 + '"/><script>',
        "M1 1" + "L1 1" * 6000,
    ],
)
def test_what_is_no_handwriting_is_refused_in_words(path):
    district.load()
    with pytest.raises(Invalid) as refused:
        district.applied(district.shopkeeper(), signature=path)
    assert "signature" in refused.value.errors


def test_a_receipt_at_the_counter_and_a_delivery_bear_it_in_both_formats():
    case = entered(signature=SIGNED)
    event = case.events.get()
    run_work(name="document", matter_id=case.pk, event_id=event.pk)
    paper = SealedDocument.objects.get(event=event)
    assert "申请人签名" in text_of(path_of(paper.file.digest).read_bytes())
    drawn = strokes(paper)
    assert len(drawn) == 2  # two strokes, as it was written
    assert len(re.findall("L", drawn[0])) == SIGNED.split("M")[1].count("L")
    plain = entered(key="d", applicant_phone="13700137001")
    event = plain.events.get()
    run_work(name="document", matter_id=plain.pk, event_id=event.pk)
    assert strokes(SealedDocument.objects.get(event=event)) == []


def strokes(paper):
    """Paths that are not rows of the code to scan."""
    found = []
    for _box, _fonts, objects in pages_of(parts_of(path_of(paper.ofd.digest).read_bytes())):
        for one in objects:
            if one.tag == f"{OFD}PathObject":
                path = one.findtext(f"{OFD}AbbreviatedData")
                if len(set(re.findall(r"[ML] \S+ (\S+)", path))) > 1:
                    found.append(path)
    return found


def test_delivery_is_signed_by_who_received_and_what_was_written_can_be_erased():
    desk = Desk()
    desk.take("accept", "chen")
    made(desk, desk.take("grant", "liang", GRANT))
    desk.at = timezone.now()
    data = {"how": "counter", "received_by": "李小明", "signature": SIGNED}
    event = desk.take("deliver", "chen", data, 0)
    paper = made(desk, event)
    assert len(strokes(paper)) == 2
    assert zipfile.is_zipfile(BytesIO(path_of(paper.ofd.digest).read_bytes()))
    take(Handling.steps["erase_personal"], desk.case.number, the_system(), key="erase-1")
    assert read(event) == {}
