"""What goes between two places: applications with their papers, and what became of them.

One message is one JSON text, signed by the secret both ends share over its address and its body
(`exchange.signing`). A message has the same name each time it is sent, so that one that arrives
twice does one thing.
"""

import base64
import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.kernel.exchange.sending import post
from tongban.kernel.exchange.signing import headers
from tongban.kernel.files.models import StoredFile
from tongban.kernel.files.store import path_of
from tongban.kernel.ledger import personal
from tongban.kernel.ledger.models import Event
from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.after import work
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.refusals import Stale
from tongban.kernel.procedures.taking import take
from tongban.services.seals.models import SealedDocument

from .collecting import FORWARD, Forwarding
from .models import Place
from .receiving import REPLY, Receiving

ANSWER_WITHIN = 30  # seconds: papers go along


class NotTaken(Exception):
    """The other end understood and refused; the text is its reason."""


def signed_content(path: str, body: bytes) -> bytes:
    """A body that was signed for one address is good for no other."""
    return f"POST {path}\n".encode() + body


def send(place: Place, name: str, message: dict[str, Any]) -> dict[str, Any]:
    """Raises NotTaken, or OSError when there was no answer: then the job tries again."""
    body = json.dumps(message, ensure_ascii=False).encode()
    signed = headers(
        place.secret, name, timezone.now(), signed_content(urlsplit(place.address).path, body)
    )
    try:
        with post(place.address, body, signed, ANSWER_WITHIN) as answer:
            found: dict[str, Any] = json.loads(answer.read() or b"{}")
            return found
    except HTTPError as refused:
        if refused.code not in (409, 422):
            raise
        raise NotTaken(str(json.loads(refused.read()).get("reason", ""))[:300]) from refused


def encoded(stored: StoredFile, name: str) -> dict[str, str]:
    content = base64.b64encode(path_of(stored.digest).read_bytes()).decode()
    return {"name": name, "sha256": stored.digest, "content": content}


@work(FORWARD)
def forward(matter: Matter, event: Event) -> None:
    """The application with the papers; after a correction the new papers."""
    if matter.state != Forwarding.forwarding.name:
        return
    out = matter.detail
    first = matter.events.prefetch_related("personal").get(seq=1)
    told, rows = personal.read(first), matter.cross_papers.select_related("file")
    message = {
        "type": "application",
        "number": matter.number,
        "basic_code": out.item.basic_code,
        "name": told.get("applicant_name", ""),
        "id_number": told.get("applicant_id", ""),
        "phone": told.get("applicant_phone", ""),
        "told": first.facts.get("form", {}).get("told", ""),
        "papers": {row.material: encoded(row.file, row.name) for row in rows},
    }
    key = f"sent:{matter.number}:{event.seq}"
    try:
        answer = send(out.place, f"{matter.number}:{event.seq}", message)
    except NotTaken as refused:
        why = {"reason": str(refused) or _("未说明")}
        take(Forwarding.bounce, matter, the_system(), why, key=key)
        return
    data = {"their_number": str(answer.get("number", ""))[:60] or "—"}
    take(Forwarding.arrive, matter, the_system(), data, key=key)


@work(REPLY)
def reply(matter: Matter, event: Event) -> None:
    """What became of what they sent: said after each turn, with the result at the end."""
    arrived, state = matter.detail, event.to_state
    if not arrived.place.address:
        return
    message: dict[str, Any] = {"type": "status", "number": arrived.their_number, "state": state}
    message["words"] = _words(matter, event)
    if state == Receiving.ended.name:
        case = arrived.case
        granted = case is not None and case.state == "closed"
        message |= {"granted": granted, "words": str(case.stands_in.title) if case else ""}
        if paper := _result(case):
            message["file"] = encoded(paper.file, f"{paper.title}.pdf")  # type: ignore[arg-type]
    try:
        send(arrived.place, f"{matter.number}:{event.seq}", message)
    except NotTaken as refused:
        raise Stale(str(refused)) from refused  # tried again: their end may be behind


def _words(matter: Matter, event: Event) -> str:
    said = event.facts.get("form", {}).get("reason", "")
    return said or str(matter.procedure.states[event.to_state].title)


def _result(case: Matter | None) -> SealedDocument | None:
    rows = SealedDocument.objects.filter(matter=case, file__isnull=False).select_related("file")
    return rows.order_by("-pk").first() if case else None
