"""Personal data at rest: SM4-GCM for reading back, keyed SM3 for finding by equality."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .keys import key_bytes
from .sm3 import keyed

NONCE, TAG = 12, 16


class VaultError(ValueError):
    """A stored value that this installation's key does not open."""


def encrypt(text: str) -> bytes:
    """nonce ‖ ciphertext ‖ tag of the UTF-8 text."""
    nonce = os.urandom(NONCE)
    box = Cipher(algorithms.SM4(key_bytes("vault", 16)), modes.GCM(nonce)).encryptor()
    return nonce + box.update(text.encode()) + box.finalize() + box.tag


def decrypt(stored: bytes | memoryview) -> str:
    data = bytes(stored)
    nonce, body, tag = data[:NONCE], data[NONCE:-TAG], data[-TAG:]
    try:
        box = Cipher(algorithms.SM4(key_bytes("vault", 16)), modes.GCM(nonce, tag)).decryptor()
        return (box.update(body) + box.finalize()).decode()
    except (InvalidTag, ValueError) as error:
        raise VaultError("personal data cannot be opened: changed, or another key") from error


def index(kind: str, text: str) -> bytes:
    """What a unique column holds in place of an ID number or phone number."""
    return keyed(key_bytes("index", 32), f"{kind}:{text}".encode())
