"""One spelling for one fact: canonical JSON (RFC 8785) over the few types the ledger allows."""

import json
from typing import Any

LARGEST = 2**53 - 1  # beyond this, readers of JSON disagree about integers


class NotCanonical(ValueError):
    """A value that has no single spelling."""


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of text, whole numbers, booleans, null, lists and objects.

    Object keys lie in the Basic Multilingual Plane, where sorting by code point equals sorting
    by UTF-16 unit, as the standard asks.
    Raises NotCanonical for anything else.
    """
    _check(value)
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _check(value: Any) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonical(f"number beyond 2^53: {value}")
    elif isinstance(value, list):
        for part in value:
            _check(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str) or max(key, default="") > "\uffff":
                raise NotCanonical(f"key is not text of the basic plane: {key!r}")
            _check_text(key)
            _check(part)
    else:
        raise NotCanonical(f"{type(value).__name__} has no canonical form")


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("text is not well-formed Unicode") from error
    if "\x00" in text:
        raise NotCanonical("text contains NUL, which the database cannot store")
