"""PAdES signatures of PDF files: approval signature ETSI.CAdES.detached (ETSI EN 319 142-1, level
B-B) with the visible seal.

Imported where one is made or read: its library takes a fifth of the time in which a process starts.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from asn1crypto import keys, pem, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .authority import authority, private_key
from .models import Seal
from .picture import picture

FIELD = "Seal"


@dataclass(frozen=True)
class Signature:
    """holds: by a certificate of our authority, over bytes that are unchanged. whole: nothing in
    the file stands outside of it. at: as the signer says."""

    holds: bool
    whole: bool
    certificate: x509.Certificate
    at: datetime | None


def sign(pdf: bytes, seal: Seal, box: tuple[int, int, int, int], reason: str) -> bytes:
    """box: of the visible seal on the last page, points from the lower left."""
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            name=seal.name,
            reason=reason,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
        ),
        signer=_signer(seal),
        stamp_style=StaticStampStyle(
            border_width=0, background=PdfImage(picture(seal.name)), background_opacity=1
        ),
        new_field_spec=SigFieldSpec(FIELD, on_page=-1, box=box),
    )
    out = BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out)
    return out.getvalue()


def read(content: bytes) -> Signature | None:
    """None unless there is exactly one. A hostile file makes it raise whatever it likes."""
    signatures = PdfFileReader(BytesIO(content), strict=True).embedded_signatures
    if len(signatures) != 1:
        return None
    trusted = ValidationContext(trust_roots=[_root()], allow_fetching=False)
    status = validate_pdf_signature(signatures[0], trusted)
    return Signature(
        holds=status.intact and status.valid and status.trusted,
        whole=status.bottom_line and status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        certificate=status.signing_cert,
        at=status.signer_reported_dt,
    )


def _signer(seal: Seal) -> signers.SimpleSigner:
    key = private_key(f"seal-{seal.code}").private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    chain.register(_root())
    return signers.SimpleSigner(
        signing_cert=_certificate(seal.certificate),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=chain,
    )


def _root() -> x509.Certificate:
    return x509.Certificate.load(authority().public_bytes(serialization.Encoding.DER))


def _certificate(text: str) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(text.encode())[2])
