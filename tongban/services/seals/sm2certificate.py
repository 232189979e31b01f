"""Certificates of SM2 keys (GB/T 20518, X.509 v3 signed with SM2 and SM3): of the maker of seals,
signed by itself, and of each seal, signed by the maker. No library makes them, but OpenSSL judges
them: `openssl verify -CAfile maker.pem -vfyopt distid:1234567812345678 seal.pem`."""

import secrets
from datetime import UTC, date, datetime, time

from asn1crypto import core, pem, x509

from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.trust.sm2 import PrivateKey, PublicKey
from tongban.kernel.trust.sm3 import sm3

SM2_WITH_SM3 = "1.2.156.10197.1.501"
SERIAL_BITS = 120  # RFC 5280: positive, at most 20 octets
EXTENSIONS = {
    True: {
        "basic_constraints": x509.BasicConstraints({"ca": True, "path_len_constraint": 0}),
        "key_usage": x509.KeyUsage({"key_cert_sign"}),
    },
    False: {
        "basic_constraints": x509.BasicConstraints({"ca": False}),
        "key_usage": x509.KeyUsage({"digital_signature", "non_repudiation"}),
    },
}


class Algorithm(core.Sequence):  # type: ignore[misc]
    _fields = [("algorithm", core.ObjectIdentifier)]


class TbsCertificate(core.Sequence):  # type: ignore[misc]
    """asn1crypto's own knows neither the algorithm nor the curve."""

    _fields = [
        ("version", core.Integer, {"explicit": 0}),
        ("serial_number", core.Integer),
        ("signature", Algorithm),
        ("issuer", x509.Name),
        ("validity", x509.Validity),
        ("subject", x509.Name),
        ("subject_public_key_info", core.Any),
        ("extensions", x509.Extensions, {"explicit": 3}),
    ]


class Certificate(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("tbs_certificate", TbsCertificate),
        ("signature_algorithm", Algorithm),
        ("signature_value", core.OctetBitString),
    ]


def certify(
    subject: dict[str, str],
    key: PublicKey,
    issuer: dict[str, str],
    by: PrivateKey,
    period: tuple[date, date],
    *,
    maker: bool = False,
) -> bytes:
    """DER. subject, issuer: parts of a name by asn1crypto's words for them."""
    first = datetime.combine(period[0], time(), CHINA)  # days are those of here
    last = datetime.combine(period[1], time(23, 59, 59), CHINA)
    tbs = TbsCertificate(
        {
            "version": 2,
            "serial_number": secrets.randbits(SERIAL_BITS) | 1,
            "signature": {"algorithm": SM2_WITH_SM3},
            "issuer": x509.Name.build(issuer),
            "validity": {"not_before": _moment(first), "not_after": _moment(last)},
            "subject": x509.Name.build(subject),
            "subject_public_key_info": core.Any(core.Asn1Value.load(key.der)),
            "extensions": [
                *(
                    {"extn_id": name, "critical": True, "extn_value": value}
                    for name, value in EXTENSIONS[maker].items()
                ),
                {"extn_id": "key_identifier", "extn_value": _identifier(key)},
                {
                    "extn_id": "authority_key_identifier",
                    "extn_value": x509.AuthorityKeyIdentifier(
                        {"key_identifier": _identifier(by.public)}
                    ),
                },
            ],
        }
    )
    signed = Certificate(
        {
            "tbs_certificate": tbs,
            "signature_algorithm": {"algorithm": SM2_WITH_SM3},
            "signature_value": by.sign(tbs.dump()),
        }
    )
    return bytes(signed.dump())


def key_in(der: bytes) -> PublicKey:
    """Of a certificate, or of a bare public key as older seals carry it. Raises ValueError."""
    try:
        return PublicKey.from_der(der)
    except ValueError:
        tbs = Certificate.load(der, strict=True)["tbs_certificate"]
        return PublicKey.from_der(bytes(tbs["subject_public_key_info"].dump()))


def is_bare(der: bytes) -> bool:
    """Whether it is a public key and no certificate."""
    try:
        return bool(PublicKey.from_der(der))
    except ValueError:
        return False


def is_signed_by(der: bytes, maker: PublicKey) -> bool:
    certificate = Certificate.load(der, strict=True)
    content = certificate["tbs_certificate"].dump()
    return maker.verifies(bytes(content), certificate["signature_value"].native)


def as_pem(der: bytes) -> str:
    return str(pem.armor("CERTIFICATE", der).decode())


def _identifier(key: PublicKey) -> bytes:
    return sm3(key.der)[:20]


def _moment(at: datetime) -> x509.Time:
    """RFC 5280: two digits of the year until 2049."""
    greenwich = at.astimezone(UTC)
    if at.year < 2050:
        return x509.Time({"utc_time": core.UTCTime(greenwich)})
    return x509.Time({"general_time": core.GeneralizedTime(greenwich)})
