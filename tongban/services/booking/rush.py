"""The rush when slots are released: a slot found full is refused at the door for a moment.

Five thousand people press for five hundred places in the same second. Whoever finds a slot full
says so to the web process, which then answers the same press by itself, before Django, until the
moment is over; a place that falls free in that moment is offered in the next.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string

PREFIX, HEADER, MOMENT = "/book/slot/", "X-Slot-Full", 1.0  # seconds
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def refused_as_full(slot: int) -> HttpResponse:
    """The answer, marked so that the door keeps it."""
    body = render_to_string("booking/full.html", {})
    response = HttpResponse(body, status=409)
    response[HEADER] = str(slot)
    return response


class Door:
    """Around an ASGI application: remembers refusals by path for a moment. threads: how many
    presses the application works on at once; the others wait here, not inside."""

    def __init__(self, application: Application, threads: int):
        self.application = application
        self.inside = asyncio.Semaphore(threads)
        self.full: dict[str, tuple[float, bytes]] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if not path.startswith(PREFIX) or scope.get("method") != "POST":
            await self.application(scope, receive, send)
            return
        place = f"{path} {_language(scope)}"
        if body := self._found_full(place):
            await _refuse(send, body)
            return
        async with self.inside:  # whoever waits here is asked again when their turn comes
            if body := self._found_full(place):
                await _refuse(send, body)
                return
            await self.application(scope, receive, self._watching(place, send))

    def _found_full(self, place: str) -> bytes:
        until, body = self.full.get(place, (0.0, b""))
        return body if time.monotonic() < until else b""

    def _watching(self, place: str, send: Any) -> Any:
        marked = False

        async def watched(message: dict[str, Any]) -> None:
            nonlocal marked
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _value in message["headers"]}
                marked = HEADER.lower().encode() in names
            elif marked and message.get("body"):
                self._keep(place, message["body"])
            await send(message)

        return watched

    def _keep(self, place: str, body: bytes) -> None:
        now = time.monotonic()
        self.full = {kept: found for kept, found in self.full.items() if found[0] > now}
        self.full[place] = (now + MOMENT, body)


def _language(scope: dict[str, Any]) -> str:
    """The page is kept as it was drawn: once in each language."""
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    english = f"{settings.LANGUAGE_COOKIE_NAME}=en".encode()
    return "en" if any(english in value for value in cookies) else "zh"


async def _refuse(send: Any, body: bytes) -> None:
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 409, "headers": headers})
    await send({"type": "http.response.body", "body": body})
