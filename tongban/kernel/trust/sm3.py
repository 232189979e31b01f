"""SM3 (GB/T 32905), the digest of the ledger."""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes, hmac

SIZE = 32


def _choose() -> Callable[[bytes], bytes]:
    """The interpreter's own OpenSSL where it has SM3 (faster), else the library's."""
    if "sm3" in hashlib.algorithms_available:
        return lambda data: hashlib.new("sm3", data).digest()
    return _by_library


def _by_library(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


sm3 = _choose()


def keyed(key: bytes, data: bytes) -> bytes:
    """HMAC-SM3: a digest that nobody without the key can search for."""
    code = hmac.HMAC(key, hashes.SM3())
    code.update(data)
    return code.finalize()
