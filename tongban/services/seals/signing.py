"""Sealing a PDF: the visible round seal and a PAdES signature by the seal's key.

The file is sealed as approval signature ETSI.CAdES.detached (ETSI EN 319 142-1, level B-B).
"""

from datetime import datetime
from io import BytesIO

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .authority import authority, private_key
from .models import Seal
from .picture import picture

BOX = (370, 150, 490, 270)  # points from the lower left: 42 mm, over unit name and date
FIELD = "Seal"


class SealNotInForce(Exception):
    """The text says which seal and until when."""


def seal_pdf(pdf: bytes, seal: Seal, at: datetime, reason: str) -> bytes:
    """Sealed bytes. Raises SealNotInForce outside the seal's period, or while it is suspended."""
    if not seal.in_force_at(at):
        raise SealNotInForce(f"{seal.name}（{seal.from_on} 至 {seal.to_on}）不在有效期内或已停用")
    style = StaticStampStyle(
        border_width=0, background=PdfImage(picture(seal.name)), background_opacity=1
    )
    signer = signers.PdfSigner(
        signers.PdfSignatureMetadata(
            field_name=FIELD,
            name=seal.name,
            reason=reason,
            subfilter=SigSeedSubFilter.PADES,
            md_algorithm="sha256",
        ),
        signer=_signer(seal),
        stamp_style=style,
        new_field_spec=SigFieldSpec(FIELD, on_page=-1, box=BOX),
    )
    out = BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out)
    return out.getvalue()


def _signer(seal: Seal) -> signers.SimpleSigner:
    key = private_key(f"seal-{seal.code}").private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    chain = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    chain.register(root())
    return signers.SimpleSigner(
        signing_cert=_certificate(seal.certificate),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=chain,
    )


def root() -> x509.Certificate:
    return x509.Certificate.load(authority().public_bytes(serialization.Encoding.DER))


def _certificate(pem: str) -> x509.Certificate:
    from cryptography.x509 import load_pem_x509_certificate

    loaded = load_pem_x509_certificate(pem.encode())
    return x509.Certificate.load(loaded.public_bytes(serialization.Encoding.DER))
