"""The seal on an OFD: GB/T 33190 chapter 18 and the structure of GB/T 38540—2020.

Signature.xml names the SM3 digest of every other file; the signed value is over the digest of
Signature.xml itself, with the seal inside. Readers draw the seal from there.
"""

import base64
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree as Tree

from asn1crypto import core
from defusedxml import ElementTree as Safe

from tongban.kernel.trust.sm3 import sm3

from . import national, sm2certificate
from .models import Seal
from .ofd import MILLIMETRE, NAMESPACE, Package, element, tree
from .signing import BOX, SealNotInForce

SM3, VERSION = "1.2.156.10197.1.401", 4
FOLDER = "Doc_0/Signs/Sign_0"
SIGNATURES, SIGNATURE = "Doc_0/Signs/Signatures.xml", f"{FOLDER}/Signature.xml"
VALUE, SEAL = f"{FOLDER}/SignedValue.dat", f"{FOLDER}/Seal.esl"
UNSIGNED = frozenset({SIGNATURES, SIGNATURE, VALUE})
PAGE_HEIGHT = 297.0
MOST_BYTES, MOST_PARTS = 50 * 2**20, 500


class ToSign(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("version", core.Integer),
        ("eseal", national.SesSeal),
        ("time_info", core.GeneralizedTime),
        ("data_hash", core.OctetBitString),
        ("property_info", core.IA5String),
    ]


class SesSignature(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("to_sign", ToSign),
        ("cert", core.OctetString),
        ("signature_alg_id", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]


@dataclass(frozen=True)
class Found:
    """What a signed OFD says of itself: whose seal, when, and whether it all holds."""

    seal_code: str
    signed_at: datetime
    holds: bool


def sign(package: Package, seal: Seal, at: datetime) -> None:
    """Adds the signature. Raises SealNotInForce like the PDF's own."""
    if not seal.in_force_at(at):
        raise SealNotInForce(f"{seal.name} 不在有效期内或已停用")
    package.parts[SEAL] = bytes(seal.structure)
    entry = Safe.fromstring(package.parts["OFD.xml"])
    body = entry.find(f"{{{NAMESPACE}}}DocBody")
    assert body is not None
    body.append(element("Signatures", f"/{SIGNATURES}"))
    package.add("OFD.xml", entry)
    package.add(SIGNATURE, _signature(package.parts, at))
    listed = element("Signature", ID="1", Type="Seal", BaseLoc=f"/{SIGNATURE}")
    package.add(SIGNATURES, tree("Signatures", element("MaxSignId", "1"), listed))
    package.parts[VALUE] = _value(package.parts[SIGNATURE], seal, at)


def _signature(parts: Mapping[str, bytes], at: datetime) -> Tree.Element:
    last = sum(path.endswith("/Content.xml") for path in parts)  # pages are numbered from 1
    references = [
        tree("Reference", element("CheckValue", _digest(content)), FileRef=f"/{path}")
        for path, content in parts.items()
        if path not in UNSIGNED
    ]
    left, low, right, high = (side * MILLIMETRE for side in BOX)
    box = f"{left:.2f} {PAGE_HEIGHT - high:.2f} {right - left:.2f} {high - low:.2f}"
    signed = tree(
        "SignedInfo",
        element("Provider", ProviderName="Tongban", Version="1.0", Company="Tongban"),
        element("SignatureMethod", national.SM2_WITH_SM3),
        element("SignatureDateTime", at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ")),
        tree("References", *references, CheckMethod=SM3),
        element("StampAnnot", ID="1", PageRef=str(last), Boundary=box),
        tree("Seal", element("BaseLoc", f"/{SEAL}")),
    )
    return tree("Signature", signed, element("SignedValue", f"/{VALUE}"))


def _value(signature: bytes, seal: Seal, at: datetime) -> bytes:
    wanted = ToSign(
        {
            "version": VERSION,
            "eseal": national.SesSeal.load(bytes(seal.structure)),
            "time_info": at.astimezone(UTC).replace(microsecond=0),
            "data_hash": sm3(signature),
            "property_info": f"/{SIGNATURE}",
        }
    )
    signed = SesSignature(
        {
            "to_sign": wanted,
            "cert": national.certificate_in(bytes(seal.structure)),
            "signature_alg_id": national.SM2_WITH_SM3,
            "signature": national.sign(seal, wanted.dump()),
        }
    )
    return bytes(signed.dump())


def read(content: bytes) -> Found | None:
    """None for what is no OFD with one seal. Never raises: a hostile file is none."""
    try:
        return _judged(_parts(content))
    except Exception:  # noqa: BLE001 - a hostile archive makes its readers raise whatever they like
        return None


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        listed = package.infolist()
        names = [part.filename for part in listed]
        if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > MOST_BYTES:
            raise ValueError("too large")
        if len(set(names)) != len(names):
            raise ValueError("one name twice")
        return {part.filename: package.read(part) for part in listed}


def _judged(parts: dict[str, bytes]) -> Found:
    value = SesSignature.load(parts[VALUE], strict=True)
    wanted = value["to_sign"]
    seal = bytes(wanted["eseal"].dump())
    key = sm2certificate.key_in(national.certificate_in(seal))
    told = {
        str(one.get("FileRef")).lstrip("/"): str(one.findtext(f"{{{NAMESPACE}}}CheckValue"))
        for one in Safe.fromstring(parts[SIGNATURE]).iter(f"{{{NAMESPACE}}}Reference")
    }
    holds = (
        wanted["data_hash"].native == sm3(parts[SIGNATURE])
        and key.verifies(bytes(wanted.dump()), value["signature"].native)
        and value["cert"].native == national.certificate_in(seal)
        and seal == parts[SEAL]
        and national.is_genuine(seal)
        and told == {p: _digest(c) for p, c in parts.items() if p not in UNSIGNED}
    )
    code = str(wanted["eseal"]["seal_info"]["es_id"].native)
    return Found(code, wanted["time_info"].native, bool(holds))


def _digest(content: bytes) -> str:
    return base64.b64encode(sm3(content)).decode()
