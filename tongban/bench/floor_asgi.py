"""The floor: the same server in front of nothing at all, which reads a message and says yes."""

from typing import Any

YES = [
    {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]},
    {"type": "http.response.body", "body": b"ok"},
]


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    message = await receive()
    if scope["type"] == "lifespan":
        await send({"type": f"{message['type']}.complete"})
        return
    for answer in YES:
        await send(answer)
