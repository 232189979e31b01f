"""The district's own certificate authority and the certificates of its seals.

ECDSA on P-256, which every reader of PDF signatures knows. The authority is made at first use.
"""

import warnings
from datetime import date, datetime, time, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tongban.kernel.procedures.taking import CHINA
from tongban.kernel.trust.keys import key_file

AUTHORITY_YEARS, SEAL_YEARS = 20, 5
AUTHORITY_NAME = "湛江经济技术开发区电子印章根证书"
USAGES = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}


@cache
def authority() -> x509.Certificate:
    """The root certificate, what outside readers are told to trust."""
    stored = key_file("authority-certificate.pem", _self_signed)
    return x509.load_pem_x509_certificate(stored)


def private_key(name: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(key_file(f"{name}.pem", _new_key), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def certify(code: str, unit: str, seal: str, from_on: date) -> tuple[str, date]:
    """Certificate of a seal as PEM, and its last day."""
    to_on = from_on + timedelta(365 * SEAL_YEARS)
    key = private_key(f"seal-{code}")
    builder = _builder(_name(seal, unit), authority().subject, key, from_on, to_on)
    builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
    builder = builder.add_extension(
        x509.KeyUsage(**{**USAGES, "digital_signature": True, "content_commitment": True}), True
    )
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
    )
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(private_key("authority").public_key()),
        critical=False,
    )
    made = builder.sign(private_key("authority"), hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode(), to_on


def _self_signed() -> bytes:
    key, name = private_key("authority"), _name(AUTHORITY_NAME, "湛江经济技术开发区")
    today = datetime.now(CHINA).date()
    builder = _builder(name, name, key, today, today + timedelta(365 * AUTHORITY_YEARS))
    builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True)
    builder = builder.add_extension(
        x509.KeyUsage(**{**USAGES, "key_cert_sign": True, "crl_sign": True}), critical=True
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    from_on: date,
    to_on: date,
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(datetime.combine(from_on, time(), CHINA))
    builder = builder.not_valid_after(datetime.combine(to_on, time(23, 59, 59), CHINA))
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)


def _name(common: str, organisation: str) -> x509.Name:
    """RFC 5280 bounds both names at 64 characters; the library's own check counts bytes, three
    for a Chinese character, and is left out."""
    warnings.filterwarnings("ignore", "Attribute's length", UserWarning)
    parts = ((NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common))
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            *(x509.NameAttribute(oid, text[:64], _validate=False) for oid, text in parts),
        ]
    )
