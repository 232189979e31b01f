"""Key files of the installation, made at first use and readable by the service alone.

They live in TONGBAN_KEYS. Whoever restores a backup needs them too.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.conf import settings

from .sm2 import PrivateKey


def key_file(name: str, make: Callable[[], bytes]) -> bytes:
    """The content of a key file; `make` is only called when there is none. Atomic."""
    folder = Path(settings.KEYS)
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        waiting = folder / f"{name}.{os.getpid()}"
        with os.fdopen(
            os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        ) as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(waiting, path)  # of two processes making it at once, one wins
        waiting.unlink()
    return path.read_bytes()


@cache
def key_bytes(name: str, size: int) -> bytes:
    return key_file(f"{name}.key", lambda: os.urandom(size))[:size]


def _new_ledger_key() -> bytes:
    return PrivateKey.generate().pem.encode()


@cache
def ledger_key() -> PrivateKey:
    """The SM2 key that signs checkpoints."""
    return PrivateKey.from_pem(key_file("ledger.pem", _new_ledger_key).decode())
