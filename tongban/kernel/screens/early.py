"""A message that is read before Django sees it, and handed on as it came or answered at once."""

from typing import Any

MOST_BYTES = 8 * 1024


async def read(receive: Any) -> tuple[bytes | None, Any]:
    """The body, None when it is longer than `MOST_BYTES` or broke off; and what to receive by
    from now on, which begins with the body again."""
    message: dict[str, Any] = await receive()
    while message.get("more_body") and len(message["body"]) <= MOST_BYTES:
        more = await receive()
        message = {**more, "body": message["body"] + more.get("body", b"")}
    body: bytes = message.get("body", b"")
    ended = message["type"] == "http.request" and not message.get("more_body")
    return (body if ended and len(body) <= MOST_BYTES else None), _again(message, receive)


def whole_answer(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> list[dict[str, Any]]:
    """What is sent for a whole answer, its length among the headers."""
    length = (b"content-length", str(len(body)).encode())
    return [
        {"type": "http.response.start", "status": status, "headers": [*headers, length]},
        {"type": "http.response.body", "body": body},
    ]


def _again(message: dict[str, Any], receive: Any) -> Any:
    first = [message]

    async def received() -> Any:
        return first.pop() if first else await receive()

    return received
