"""What somebody sends as JSON, whoever it is: a program, a device, another place, a form."""

import json
from typing import Any


def json_object(text: str | bytes) -> dict[str, Any] | None:
    """None for anything but an object, also for brackets nested deeper than can be read."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
