"""Is this the file that was sealed? One of three answers, and who sealed it when.

A signature cannot cover the place it stands in itself: its padding, or a certificate carried
along, may be changed and readers still call it valid. Every paper sealed here is kept, so "valid"
also means: byte for byte the one that is kept.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from asn1crypto import pem, x509
from django.db.models import Q

from . import national, ofd_signing
from .models import Seal, SealedDocument

if TYPE_CHECKING:
    from .pades import Signature

ZIP = b"PK"
VALID, CHANGED, INVALID = "valid", "valid_but_changed_after", "invalid"


@dataclass(frozen=True)
class Verdict:
    """seal_in_force: at the time of signing. document: the stored original with this content.
    sm2: whether its SM2 signature holds too; None when it has none."""

    answer: str
    signer: str = ""
    signed_at: datetime | None = None
    seal_in_force: bool = False
    document: SealedDocument | None = None
    sm2: bool | None = None


def verify(content: bytes) -> Verdict:
    """Never raises: hostile files are simply invalid."""
    digest = sha256(content).hexdigest()
    found = SealedDocument.objects.filter(Q(file__digest=digest) | Q(ofd__digest=digest))
    document = found.select_related("matter", "seal").first()
    if content.startswith(ZIP):
        return _verdict_of_ofd(content, document)
    from . import pades  # loaded by who asks

    try:
        signature = pades.read(content)
    except Exception:  # noqa: BLE001 - a hostile PDF makes a parser raise whatever it likes
        return Verdict(INVALID)
    if signature is None or not signature.holds:
        return Verdict(INVALID)
    return _verdict(signature, document, content)


def _verdict_of_ofd(content: bytes, document: SealedDocument | None) -> Verdict:
    told = ofd_signing.read(content)
    seal = Seal.objects.filter(code=told.seal_code).first() if told else None
    if told is None or seal is None or not told.holds:
        return Verdict(INVALID)
    at, answer = told.signed_at, VALID if document else CHANGED
    return Verdict(answer, seal.name, at, seal.in_force_at(at), document, True)


def _verdict(signature: "Signature", document: SealedDocument | None, content: bytes) -> Verdict:
    kept = signature.whole and document is not None
    certificate, at = signature.certificate, signature.at
    name = certificate.subject.native.get("common_name", "")
    seal = Seal.objects.filter(certificate=_pem(certificate)).first()
    in_force = bool(seal and at and seal.in_force_at(at))
    sm2 = national.holds(document, content) if document and kept else None
    answer = INVALID if sm2 is False else VALID if kept else CHANGED
    return Verdict(answer, name, at, in_force, document, sm2)


def _pem(certificate: x509.Certificate) -> str:
    """Two seals may bear one name: the certificate says which."""
    return str(pem.armor("CERTIFICATE", certificate.dump()).decode())
