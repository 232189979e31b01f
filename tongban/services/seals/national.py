"""The national side of a seal: SM2 keys, and the seal after GB/T 38540—2020 安全电子签章.

A seal's own structure (SES_Seal) is signed by the maker; a paper carries beside its PAdES
signature a detached one, SM2 with SM3 over the whole file, with the usual signer's id.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from asn1crypto import core
from django.utils import timezone

from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.trust.keys import key_file
from tongban.kernel.trust.sm2 import PrivateKey, PublicKey

from . import sm2certificate
from .authority import AUTHORITY_YEARS
from .models import Seal, SealedDocument
from .picture import as_png

SM2_WITH_SM3 = "1.2.156.10197.1.501"
VERSION, ORGANISATION = 4, 1  # of the standard of 2020; a seal of a body
MILLIMETRES = 42
MAKER = {
    "country_name": "CN",
    "organization_name": "湛江经济技术开发区",
    "common_name": "湛江经济技术开发区电子印章制章者",
}


class Header(core.Sequence):  # type: ignore[misc]
    _fields = [("id", core.IA5String), ("version", core.Integer), ("vid", core.IA5String)]


class Keys(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.OctetString


class Property(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("cert_list_type", core.Integer),
        ("cert_list", Keys),
        ("create_date", core.GeneralizedTime),
        ("valid_start", core.GeneralizedTime),
        ("valid_end", core.GeneralizedTime),
    ]


class Picture(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("type", core.IA5String),
        ("data", core.OctetString),
        ("width", core.Integer),
        ("height", core.Integer),
    ]


class SealInfo(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("header", Header),
        ("es_id", core.IA5String),
        ("property", Property),
        ("picture", Picture),
    ]


class SesSeal(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("seal_info", SealInfo),
        ("cert", core.OctetString),
        ("sign_alg", core.ObjectIdentifier),
        ("signed_value", core.OctetBitString),
    ]


@cache
def _key(name: str) -> PrivateKey:
    made = key_file(f"{name}-sm2.pem", lambda: PrivateKey.generate().pem.encode())
    return PrivateKey.from_pem(made.decode())


def maker() -> PrivateKey:
    """The key of the district as maker of seals."""
    return _key("seal-maker")


def public_key(seal_code: str) -> PublicKey:
    return _key(f"seal-{seal_code}").public


@cache
def maker_certificate() -> bytes:
    """DER; made at first use, like the key it is for."""

    def made() -> bytes:
        today = timezone.localdate()
        period = (today, today + timedelta(365 * AUTHORITY_YEARS))
        return sm2certificate.certify(MAKER, maker().public, MAKER, maker(), period, maker=True)

    return key_file("seal-maker-sm2.der", made)


def certificate(seal: Seal) -> bytes:
    """Of the seal's SM2 key, by the maker, in DER, for the seal's period."""
    assert seal.from_on and seal.to_on
    subject = {**MAKER, "organization_name": seal.unit.name, "common_name": seal.name}
    period = (seal.from_on, seal.to_on)
    return sm2certificate.certify(subject, public_key(seal.code), MAKER, maker(), period)


def structure(seal: Seal, made_at: datetime) -> bytes:
    """DER of the seal, signed by its maker. Its period must be set."""
    assert seal.from_on and seal.to_on
    info = SealInfo(
        {
            "header": {"id": "ES", "version": VERSION, "vid": "Tongban"},
            "es_id": seal.code,
            "property": {
                "type": ORGANISATION,
                "name": seal.name,
                "cert_list_type": 1,
                "cert_list": [certificate(seal)],
                "create_date": made_at.astimezone(UTC).replace(microsecond=0),
                "valid_start": _at(seal.from_on),
                "valid_end": _at(seal.to_on),
            },
            "picture": {
                "type": "PNG",
                "data": as_png(seal.name),
                "width": MILLIMETRES,
                "height": MILLIMETRES,
            },
        }
    )
    signed = SesSeal(
        {
            "seal_info": info,
            "cert": maker_certificate(),
            "sign_alg": SM2_WITH_SM3,
            "signed_value": maker().sign(info.dump()),
        }
    )
    return bytes(signed.dump())


def is_genuine(der: bytes) -> bool:
    """Whether the maker's signature on the structure of a seal holds; False for what is none."""
    try:
        seal = SesSeal.load(der, strict=True)
        info, value = seal["seal_info"].dump(), seal["signed_value"].native
        by = seal["cert"].native
    except (ValueError, TypeError):
        return False
    ours = by in (maker_certificate(), maker().public.der)  # older seals name the bare key
    return bool(ours and maker().public.verifies(info, value))


def certificate_in(der: bytes) -> bytes:
    """The certificate of a seal's own key, or the bare key that older seals carry, in DER."""
    listed = SesSeal.load(der)["seal_info"]["property"]["cert_list"]
    return bytes(listed[0].native)


def sign(seal: Seal, content: bytes) -> bytes:
    """Detached, DER of r and s."""
    return _key(f"seal-{seal.code}").sign(content)


def holds(document: SealedDocument, content: bytes) -> bool | None:
    """Whether the SM2 signature of a paper holds; None when it has none."""
    if document.seal is None or not document.sm2_signature:
        return None
    return public_key(document.seal.code).verifies(content, bytes(document.sm2_signature))


def _at(day: date) -> datetime:
    """Midnight here."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
