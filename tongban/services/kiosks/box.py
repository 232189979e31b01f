"""What a kiosk keeps while it is alone nobody can read there: sealed for the server's key.

The browser makes a key pair for each entry (ECDH P-256), derives AES-GCM by HKDF-SHA256 from it
and the server's public key, and forgets its own half (as RFC 9180 does in its base mode).
"""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tongban.kernel.trust.keys import key_file

KEY_FILE, INFO = "kiosk-box.pem", b"tongban kiosk box"


class Unreadable(ValueError):
    """Not sealed for this server, or changed on the way."""


def _private() -> ec.EllipticCurvePrivateKey:
    made = key_file(KEY_FILE, _new)
    found = serialization.load_pem_private_key(made, None)
    assert isinstance(found, ec.EllipticCurvePrivateKey)
    return found


def _new() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def public_point() -> str:
    """The server's public key as the browser imports it: base64 of the uncompressed point."""
    point = (
        _private()
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return base64.b64encode(point).decode()


def opened(sealed: dict[str, Any]) -> dict[str, Any]:
    """sealed: point, nonce and content, each base64. Raises Unreadable."""
    try:
        point, nonce, content = (
            base64.b64decode(str(sealed[name]), validate=True)
            for name in ("point", "nonce", "content")
        )
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = _private().exchange(ec.ECDH(), theirs)
        key = HKDF(hashes.SHA256(), 32, salt=point, info=INFO).derive(shared)
        found = json.loads(AESGCM(key).decrypt(nonce, content, None))
    except (KeyError, ValueError, binascii.Error, InvalidTag) as error:
        raise Unreadable from error
    if not isinstance(found, dict):
        raise Unreadable
    return found
