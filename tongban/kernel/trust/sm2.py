"""SM2 signatures (GB/T 32918) with SM3 and the standard's default signer id.

OpenSSL 3's libcrypto signs where the machine has one that knows SM2; the pure-Python gmssl
is the fall-back. Both give and take the same bytes: keys as PKCS#8 and SPKI in DER,
signatures as DER SEQUENCE(r, s). A certified device replaces `sign` in production.
"""

import base64
import ctypes
import ctypes.util
import secrets
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from gmssl import sm2 as pure

SIGNER_ID = b"1234567812345678"
ORDER = int(pure.default_ecc_table["n"], 16)
PRIVATE_PREFIX = bytes.fromhex(
    "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"
)
PUBLIC_MIDDLE = bytes.fromhex("a14403420004")
PUBLIC_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")


@dataclass(frozen=True)
class PublicKey:
    """point: x and y, 64 bytes."""

    point: bytes

    @property
    def der(self) -> bytes:
        return PUBLIC_PREFIX + self.point

    @property
    def pem(self) -> str:
        return _pem("PUBLIC KEY", self.der)

    @classmethod
    def from_der(cls, der: bytes) -> "PublicKey":
        if len(der) != len(PUBLIC_PREFIX) + 64 or not der.startswith(PUBLIC_PREFIX):
            raise ValueError("not an SM2 public key")
        return cls(der[len(PUBLIC_PREFIX) :])

    def verifies(self, message: bytes, signature: bytes) -> bool:
        library = _library()
        if library is None:
            return _pure_verify(self, message, signature)
        return library.verify(self.der, message, signature)


@dataclass(frozen=True)
class PrivateKey:
    secret: bytes
    public: PublicKey

    @classmethod
    def generate(cls) -> "PrivateKey":
        number = secrets.randbelow(ORDER - 2) + 1
        curve = pure.CryptSM2(private_key="", public_key="")
        point = bytes.fromhex(curve._kg(number, pure.default_ecc_table["g"]))
        return cls(number.to_bytes(32, "big"), PublicKey(point))

    @property
    def der(self) -> bytes:
        return PRIVATE_PREFIX + self.secret + PUBLIC_MIDDLE + self.public.point

    @property
    def pem(self) -> str:
        return _pem("PRIVATE KEY", self.der)

    @classmethod
    def from_pem(cls, text: str) -> "PrivateKey":
        der = base64.b64decode("".join(text.strip().splitlines()[1:-1]))
        if not der.startswith(PRIVATE_PREFIX):
            raise ValueError("not an SM2 private key")
        body = der[len(PRIVATE_PREFIX) :]
        return cls(body[:32], PublicKey(body[32 + len(PUBLIC_MIDDLE) :]))

    def sign(self, message: bytes) -> bytes:
        library = _library()
        return library.sign(self.der, message) if library else _pure_sign(self, message)


class Library:
    """The few calls of libcrypto that SM2 needs. Pointers are declared: they are 64 bits."""

    def __init__(self, name: str):
        self.c = ctypes.CDLL(name)
        pointer, size, text = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
        signatures = {
            "d2i_AutoPrivateKey": (pointer, [pointer, pointer, ctypes.c_long]),
            "d2i_PUBKEY": (pointer, [pointer, pointer, ctypes.c_long]),
            "EVP_sm3": (pointer, []),
            "EVP_MD_CTX_new": (pointer, []),
            "EVP_MD_CTX_free": (None, [pointer]),
            "EVP_PKEY_free": (None, [pointer]),
            "EVP_PKEY_CTX_new": (pointer, [pointer, pointer]),
            "EVP_PKEY_CTX_free": (None, [pointer]),
            "EVP_PKEY_CTX_set1_id": (ctypes.c_int, [pointer, text, ctypes.c_int]),
            "EVP_MD_CTX_set_pkey_ctx": (None, [pointer, pointer]),
            "EVP_DigestSignInit": (ctypes.c_int, [pointer] * 5),
            "EVP_DigestSign": (ctypes.c_int, [pointer, text, pointer, text, size]),
            "EVP_DigestVerifyInit": (ctypes.c_int, [pointer] * 5),
            "EVP_DigestVerify": (ctypes.c_int, [pointer, text, size, text, size]),
            "ERR_clear_error": (None, []),
        }
        for function, (returns, takes) in signatures.items():
            part = getattr(self.c, function)
            part.restype, part.argtypes = returns, takes

    def sign(self, private_der: bytes, message: bytes) -> bytes:
        length = ctypes.c_size_t(128)
        out = ctypes.create_string_buffer(length.value)
        with _Context(self.c, private_der, private=True) as context:
            done = self.c.EVP_DigestSign(context, out, ctypes.byref(length), message, len(message))
        if done != 1:
            raise ValueError("libcrypto could not sign with SM2")
        return out.raw[: length.value]

    def verify(self, public_der: bytes, message: bytes, signature: bytes) -> bool:
        with _Context(self.c, public_der, private=False) as context:
            done = self.c.EVP_DigestVerify(
                context, signature, len(signature), message, len(message)
            )
        self.c.ERR_clear_error()
        return bool(done == 1)


class _Context:
    """A digest context bound to one key; freed whatever happens."""

    def __init__(self, c: ctypes.CDLL, der: bytes, *, private: bool):
        self.c, self.der, self.private = c, der, private
        self.key = self.key_context = self.context = None

    def __enter__(self) -> int:
        c = self.c
        buffer = ctypes.create_string_buffer(self.der, len(self.der))
        start = ctypes.c_void_p(ctypes.addressof(buffer))
        read = c.d2i_AutoPrivateKey if self.private else c.d2i_PUBKEY
        self.key = read(None, ctypes.byref(start), len(self.der))
        if not self.key:
            raise ValueError("libcrypto does not know SM2 keys")
        self.context = c.EVP_MD_CTX_new()
        self.key_context = c.EVP_PKEY_CTX_new(self.key, None)
        begin = c.EVP_DigestSignInit if self.private else c.EVP_DigestVerifyInit
        identified = c.EVP_PKEY_CTX_set1_id(self.key_context, SIGNER_ID, len(SIGNER_ID))
        c.EVP_MD_CTX_set_pkey_ctx(self.context, self.key_context)
        if identified != 1 or begin(self.context, None, c.EVP_sm3(), None, self.key) != 1:
            self.__exit__()
            raise ValueError("libcrypto does not sign with SM2")
        assert self.context is not None
        return int(self.context)

    def __exit__(self, *_: object) -> None:
        self.c.EVP_MD_CTX_free(self.context)
        self.c.EVP_PKEY_CTX_free(self.key_context)
        self.c.EVP_PKEY_free(self.key)


@cache
def _library() -> Library | None:
    """libcrypto when it proves on a throw-away key that it can sign and verify."""
    for name in (ctypes.util.find_library("crypto"), "libcrypto.so.3"):
        try:
            library = Library(name) if name else None
            if library is None:
                continue
            key = PrivateKey.generate()
            if library.verify(key.public.der, b"probe", library.sign(key.der, b"probe")):
                return library
        except (OSError, AttributeError, ValueError):
            continue
    return None


def _pure(key: PublicKey, secret: bytes = b"") -> pure.CryptSM2:
    """gmssl strips every leading 0 and 4 of a point that begins with 04, taking them for the mark
    of an uncompressed one: the point is set once more, whole."""
    made = pure.CryptSM2(private_key=secret.hex(), public_key=key.point.hex(), asn1=False)
    made.public_key = key.point.hex()
    return made


def _pure_sign(key: PrivateKey, message: bytes) -> bytes:
    signed = _pure(key.public, key.secret).sign_with_sm3(message)
    return encode_dss_signature(int(signed[:64], 16), int(signed[64:], 16))


def _pure_verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        return False
    if not (0 < r < ORDER and 0 < s < ORDER):
        return False
    return bool(_pure(key).verify_with_sm3(f"{r:064x}{s:064x}", message))


def _pem(kind: str, der: bytes) -> str:
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[n : n + 64] for n in range(0, len(text), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"
