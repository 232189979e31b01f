"""The rush when slots are released: only as many wait for a slot as it has places.

Five thousand people press for five hundred places in the same second. A web process looks, ten
times a second and after each set, how many places of the slots that are pressed for are left; once
so many people wait for that slot, whoever comes after them is told so at the door, before Django,
instead of waiting for those before to be served. A place that falls free, or that somebody
inside did not take, is there again for the next press. What is decided is decided inside, by the
database.

Those who are let in go in sets: while one is worked on the next gathers, and a set is booked as one
(together.py). Somebody alone, and whoever the set leaves undecided, takes the usual road.
"""

import asyncio
import logging
import re
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from tongban.kernel.screens.early import read, whole_answer

log = logging.getLogger(__name__)
BOOKED, TOLD = 302, 409
HTML = (b"content-type", b"text/html; charset=utf-8")
NO_STORE = (b"cache-control", b"no-store")
SLOT = re.compile(rb"(?:^|&)slot=([0-9]{1,18})(?:&|$)")
MOST = 64  # presses of one set
LOOK, MOMENT = 0.1, 1.0  # seconds between two looks; after the last press
LEFT = """
select id, capacity - taken from booking_slot
where id = any(%s) and not closed and released_at <= now() and begins_at > now()
"""
Scope = dict[str, Any]
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """location: where the booking is shown; empty when the slot is full."""

    location: str = ""


FULL = Answer()
Book = Callable[[Sequence[tuple[Scope, bytes]]], list[Answer | None]]


@dataclass(eq=False)
class Press:
    """Somebody at the door of a slot. told: their answer, once it is known; None: the page's."""

    hot: "Hot"
    scope: Scope
    body: bytes
    told: "asyncio.Future[Answer | None]"
    inside: bool = False

    def tell(self, answer: Answer | None) -> None:
        if not self.told.done():
            self.told.set_result(answer)


@dataclass(eq=False)
class Hot:
    """A slot that is pressed for. left: places when last looked; None while that is not known.
    served: presses inside; line: those that wait, in their order."""

    left: int | None = None
    known: bool = False
    served: int = 0
    line: deque[Press] = field(default_factory=deque)
    pressed: float = 0.0

    @property
    def share(self) -> int:
        """How many of a set may press for it. Half of what is left: another process works for the
        same places at the same time, and what both work for one does in vain."""
        return MOST if self.left is None else -(-self.left // 2)

    def turn_away(self) -> None:
        """Whoever stands behind as many as there are places need not wait. Those inside do not
        count: a look may have seen already that their places are gone."""
        while self.left is not None and len(self.line) > self.left:
            self.line.pop().tell(FULL)


class Door:
    """Around an ASGI application. book: books a set, in a thread of its own. One set is inside at
    a time; the others that may still get a place wait here, in their order."""

    def __init__(self, application: Application, book: Book, address: str):
        self.application, self.book, self.address = application, book, address
        self.hot: dict[int, Hot] = {}
        self.line: deque[Press] = deque()
        self.inside = 0
        self.hands = ThreadPoolExecutor(1, "bookings")
        self.looking: asyncio.Task[None] | None = None
        self.look = asyncio.Event()  # at once: a slot is new, or a set has ended
        self.sets: set[asyncio.Task[None]] = set()
        self.full: dict[str, list[dict[str, Any]]] = {}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        body, receive = await read(receive) if _books(scope) else (None, receive)
        slot = _slot_of(body)
        if slot is None:
            await self.application(scope, receive, send)
            return
        hot = self._pressed(slot)
        if hot.left is not None and len(hot.line) >= hot.left:
            await self._refuse(scope, send)
            return
        told: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        press = Press(hot, scope, body or b"", told)
        hot.line.append(press)
        self.line.append(press)
        self._next()
        try:
            answer = await told
            if answer is None:
                await self.application(scope, receive, send)
        finally:
            self._gone(press)
        if answer is FULL:
            await self._refuse(scope, send)
        elif answer:
            location = (b"location", answer.location.encode())
            for message in whole_answer(BOOKED, b"", location, NO_STORE):
                await send(message)

    def _gone(self, press: Press) -> None:
        """Answered, or gave up waiting."""
        if press in press.hot.line:
            press.hot.line.remove(press)
        elif press.inside:
            press.hot.served -= 1
            self.inside -= 1
            if not self.inside:
                self.look.set()  # what it sees lets in the next
            if self.looking is None or self.looking.done():
                self._next()

    def _pressed(self, slot: int) -> Hot:
        if slot not in self.hot:
            self.hot[slot] = Hot()
            self.look.set()
        hot = self.hot[slot]
        hot.pressed = time.monotonic()
        if self.looking is None or self.looking.done():
            self.looking = asyncio.create_task(self._look())
        return hot

    def _next(self) -> None:
        """Let in the next set when nobody is inside."""
        if self.inside or not (presses := self._first()):
            return
        if len(presses) == 1 and not presses[0].hot.line:
            presses[0].tell(None)
            return
        task = asyncio.create_task(self._book(presses))
        self.sets.add(task)
        task.add_done_callback(self.sets.discard)

    def _first(self) -> list[Press]:
        """Who is first, of each slot its share; nobody before it is known how many places a slot
        has."""
        found: list[Press] = []
        shares: Counter[Hot] = Counter()
        stay: list[Press] = []
        while self.line and len(found) < MOST:
            press, hot = self.line[0], self.line[0].hot
            if not press.told.done() and not hot.known:
                break
            self.line.popleft()
            if press.told.done():
                continue
            if hot.left == 0:
                hot.line.popleft()
                press.tell(FULL)
            elif shares[hot] >= hot.share:
                stay.append(press)
            else:
                shares[hot] += 1
                found.append(self._let_in(press))
        self.line.extendleft(reversed(stay))
        return found

    def _let_in(self, press: Press) -> Press:
        press.hot.line.popleft()
        press.inside = True
        press.hot.served += 1
        self.inside += 1
        return press

    async def _book(self, presses: list[Press]) -> None:
        answers: list[Answer | None] = [None] * len(presses)
        sent = [(press.scope, press.body) for press in presses]
        try:
            loop = asyncio.get_running_loop()
            answers = await loop.run_in_executor(self.hands, self.book, sent)
        except Exception:
            log.exception("a set of %d bookings goes one by one", len(presses))
        for press, answer in zip(presses, answers, strict=True):
            press.tell(answer)

    async def _look(self) -> None:
        """While anybody presses; when the database cannot be asked everybody is let in."""
        if not self.full:  # before anybody can be refused
            self.full = await asyncio.to_thread(_full)
        try:
            connected = await psycopg.AsyncConnection.connect(self.address, autocommit=True)
            async with connected:
                while self.hot:
                    rows = await connected.execute(LEFT, (list(self.hot),))
                    left: dict[int, int] = dict(await rows.fetchall())
                    self._know(left)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self.look.wait(), LOOK)
                    self.look.clear()
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
        for message in self.full[_language(scope)]:
            await send(message)


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


def _full() -> dict[str, list[dict[str, Any]]]:
    """The answer in each language when a slot is full."""
    answers = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            page = render_to_string("booking/full.html", {}).encode()
        answers[language] = whole_answer(TOLD, page, HTML, NO_STORE)
    return answers
