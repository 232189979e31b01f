"""The rush when slots are released: only as many are let in to a slot as it has places.

Five thousand people press for five hundred places in the same second. A web process looks, ten
times a second, how many places of the slots that are pressed for are left; once so many people of
that slot are inside, whoever comes after them is told so at the door, before Django, instead of
waiting for those before to be served. A place that falls free, or that somebody inside did not
take, is there again for the next press. What is decided is decided inside, by the database.
"""

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from tongban.kernel.screens.early import read

log = logging.getLogger(__name__)
BOOKED = 302
SLOT = re.compile(rb"(?:^|&)slot=([0-9]{1,18})(?:&|$)")
LOOK, MOMENT = 0.1, 1.0  # seconds between two looks; after the last press
LEFT = """
select id, capacity - taken from booking_slot
where id = any(%s) and not closed and released_at <= now() and begins_at > now()
"""
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass(eq=False)
class Press:
    """Somebody at the door of a slot. let_in: decided once, not yet while they wait."""

    hot: "Hot"
    let_in: "asyncio.Future[bool]"

    def decide(self, answer: bool) -> None:
        if not self.let_in.done():
            self.let_in.set_result(answer)


@dataclass
class Hot:
    """A slot that is pressed for. left: places when last looked, less those taken here since; None
    while that is not known. served: presses inside; line: those that wait, in their order."""

    left: int | None = None
    known: bool = False
    served: int = 0
    line: deque[Press] = field(default_factory=deque)
    pressed: float = 0.0

    def turn_away(self) -> None:
        """Whoever stands behind as many as there are places need not wait."""
        if self.left is None:
            return
        while self.line and self.served + len(self.line) > self.left:
            self.line.pop().decide(False)


class Door:
    """Around an ASGI application. threads: how many presses it works on at once; the others that
    may still get a place wait here, in their order."""

    def __init__(self, application: Application, threads: int, address: str):
        self.application, self.address, self.free = application, address, threads
        self.hot: dict[int, Hot] = {}
        self.line: deque[Press] = deque()
        self.looking: asyncio.Task[None] | None = None
        self.unknown = asyncio.Event()  # a slot is pressed for that was not looked at yet
        self.pages: dict[str, bytes] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body, receive = await read(receive) if _books(scope) else (None, receive)
        slot = _slot_of(body)
        if slot is None:
            await self.application(scope, receive, send)
            return
        hot = self._pressed(slot)
        if hot.left is not None and hot.served + len(hot.line) >= hot.left:
            await self._refuse(scope, send)
            return
        press = Press(hot, asyncio.get_running_loop().create_future())
        hot.line.append(press)
        self.line.append(press)
        self._next()
        try:
            let_in = await press.let_in
        except asyncio.CancelledError:
            self._gone(press, hot)
            raise
        if not let_in:
            await self._refuse(scope, send)
            return
        try:
            await self.application(scope, receive, _watching(hot, send))
        finally:
            hot.served -= 1
            self.free += 1
            self._next()

    def _gone(self, press: Press, hot: Hot) -> None:
        """Who gave up waiting gives their turn to the next."""
        if press in hot.line:
            hot.line.remove(press)
        elif press.let_in.done() and not press.let_in.cancelled() and press.let_in.result():
            hot.served -= 1
            self.free += 1
        self._next()

    def _pressed(self, slot: int) -> Hot:
        if slot not in self.hot:
            self.hot[slot] = Hot()
            self.unknown.set()
        hot = self.hot[slot]
        hot.pressed = time.monotonic()
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        return hot

    def _next(self) -> None:
        """Let in who is first, as far as there are hands; nobody before it is known how many
        places their slot has."""
        while self.free and self.line:
            press = self.line[0]
            hot = press.hot
            if not press.let_in.done() and not hot.known:
                return
            self.line.popleft()
            if press.let_in.done():
                continue
            hot.line.popleft()
            if hot.left == 0:
                press.decide(False)
                continue
            self.free -= 1
            hot.served += 1
            press.decide(True)

    async def _look(self) -> None:
        """While anybody presses; when the database cannot be asked everybody is let in."""
        try:
            connected = await psycopg.AsyncConnection.connect(self.address, autocommit=True)
            async with connected:
                while self.hot:
                    rows = await connected.execute(LEFT, (list(self.hot),))
                    left: dict[int, int] = dict(await rows.fetchall())
                    self._know(left)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.unknown.wait(), LOOK)
                    self.unknown.clear()
                    since = time.monotonic() - MOMENT
                    self.hot = {
                        slot: hot
                        for slot, hot in self.hot.items()
                        if hot.served or hot.line or hot.pressed > since
                    }
        except psycopg.Error as error:
            log.warning("booking goes without the door: %s", error)
            self._know({})

    def _know(self, left: dict[int, int]) -> None:
        for slot, hot in self.hot.items():
            hot.left, hot.known = left.get(slot), True
            hot.turn_away()
        self._next()

    async def _refuse(self, scope: dict[str, Any], send: Any) -> None:
        language = _language(scope)
        if language not in self.pages:
            self.pages[language] = await asyncio.to_thread(_page, language)
        body = self.pages[language]
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 409, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _watching(hot: Hot, send: Any) -> Any:
    """Counts a place that was taken, until the next look."""

    async def watched(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and message["status"] == BOOKED and hot.left:
            hot.left -= 1
        await send(message)

    return watched


def _books(scope: dict[str, Any]) -> bool:
    """Whether the form of slots is sent: for a group or an item, or for one's own case."""
    path = scope.get("path", "")
    own = path.startswith("/my/") and path.endswith("/book/")
    return scope.get("method") == "POST" and (own or path == "/book/")


def _slot_of(body: bytes | None) -> int | None:
    """The slot somebody presses for; None for a wave place, which has a count of its own."""
    found = SLOT.search(body or b"")
    return int(found[1]) if found else None


def _language(scope: dict[str, Any]) -> str:
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    english = f"{settings.LANGUAGE_COOKIE_NAME}=en".encode()
    return "en" if any(english in value for value in cookies) else settings.LANGUAGE_CODE


def _page(language: str) -> bytes:
    with override(language):
        return render_to_string("booking/full.html", {}).encode()
