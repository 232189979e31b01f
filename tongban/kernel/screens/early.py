"""A message that is read before Django sees it, and handed on as it came."""

from typing import Any

MOST_BYTES = 8 * 1024


async def whole(receive: Any) -> dict[str, Any]:
    """The body as one message, or its beginning when it is longer than `MOST_BYTES`."""
    message: dict[str, Any] = await receive()
    while message.get("more_body") and len(message["body"]) <= MOST_BYTES:
        more = await receive()
        message = {**more, "body": message["body"] + more.get("body", b"")}
    return message


def body_of(message: dict[str, Any]) -> bytes | None:
    """None when it is not whole."""
    body: bytes = message.get("body", b"")
    return None if message.get("more_body") or len(body) > MOST_BYTES else body


def again(message: dict[str, Any], receive: Any) -> Any:
    """The message that was read already, then what follows."""
    first = [message]

    async def received() -> Any:
        return first.pop() if first else await receive()

    return received
