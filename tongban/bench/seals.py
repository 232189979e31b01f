"""Sealing many papers one by one, beside typesetting and signing alone; and every single byte of
one sealed paper changed, all of them caught."""

import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

from tongban.config.set_up import set_up

from .house import scratch
from .report import Figure, rate

PAPERS, ALONE = 500, 20
BYTE_STEP = 1  # at full scale every byte


def measure(scale: float) -> list[Figure]:
    with scratch():
        from django.db import connection
        from django.utils import timezone

        from tongban.demo import bulk, people, reference

        now = timezone.now()
        reference.load(now.date())
        people.load("bench", now.date())
        cases = bulk.Bulk("SC", now.date())
        yesterday = now - timedelta(days=1)
        numbers = cases.write(max(int(PAPERS * scale), 5), yesterday, roads=((bulk.ACCEPT,),))
        figure, sealed = _seal(numbers)
        connection.close()
        caught = _every_byte(sealed, step=max(int(1 / scale), BYTE_STEP))
    return [figure, caught]


def _seal(numbers: list[str]) -> tuple[Figure, bytes]:
    from tongban.kernel.files.store import path_of
    from tongban.kernel.ledger.models import Event
    from tongban.services.seals.making import make_document
    from tongban.services.seals.models import SealedDocument

    events = Event.objects.filter(matter__number__in=numbers, step="accept")
    rows = list(events.select_related("matter__unit", "matter__applicant"))
    began = time.perf_counter()
    for event in rows:
        make_document(event.matter, event)
    ours = len(rows) / (time.perf_counter() - began)
    paper = SealedDocument.objects.latest("pk")
    assert paper.file is not None
    return rate("papers sealed", ours, _alone(rows[0]), papers=len(rows)), path_of(
        paper.file.digest
    ).read_bytes()


def _alone(event: object) -> float:
    """Typesetting and both signatures, with nothing read or kept."""
    from django.utils import timezone

    from tongban.services.cases.letters import ACCEPTANCE
    from tongban.services.seals import national
    from tongban.services.seals.making import _common
    from tongban.services.seals.models import SealedDocument
    from tongban.services.seals.signing import seal_pdf
    from tongban.services.seals.typesetting import typeset

    paper = SealedDocument.objects.select_related("seal", "matter", "event").latest("pk")
    assert paper.seal is not None
    facts = _common(paper, paper.matter, paper.event.at)
    facts |= ACCEPTANCE.facts(paper.matter, paper.event)
    began = time.perf_counter()
    for _ in range(ALONE):
        pdf = typeset(ACCEPTANCE.source, facts, "http://x/verify/abc/")
        pdf = seal_pdf(pdf, paper.seal, timezone.now(), reason="bench")
        national.sign(paper.seal, pdf)
    return ALONE / (time.perf_counter() - began)


def _every_byte(sealed: bytes, step: int) -> Figure:
    """Changed bytes that were still called valid: none may be."""
    places = range(0, len(sealed), step)
    shares = [places[n::4] for n in range(4)]
    began = time.perf_counter()
    with ProcessPoolExecutor(4) as people:
        missed = sum(people.map(_still_valid, [sealed] * 4, shares))
    seconds = round(time.perf_counter() - began)
    return Figure("bytes missed", missed, "bytes", details={"tried": len(places), "s": seconds})


def _still_valid(sealed: bytes, places: range) -> int:
    set_up()
    from tongban.services.seals.verifying import VALID, verify

    missed = 0
    for place in places:
        changed = bytearray(sealed)
        changed[place] ^= 1 << (place % 8)
        missed += verify(bytes(changed)).answer == VALID
    return missed
