"""Live streams: one LISTEN connection a process, fanned out to every open page.

A message says only that something of a kind has changed; pages then ask for what they may see.
A page that reconnects reloads, so nothing needs to be replayed.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

log = logging.getLogger(__name__)
CHANNELS = frozenset({"ticket", "case"})  # what may be listened to without signing in: no content
PLACE = re.compile(r"counter-\d{1,4}")  # what happens at one counter
PREFIX = "/live/"
SILENCE_SECONDS = 15
RETRY_SECONDS = 1
QUEUE = 16
END = None

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Streams:
    """The open pages of this process, by channel."""

    def __init__(self, address: str):
        self.address = address
        self.pages: dict[str, set[asyncio.Queue[int | None]]] = {}
        self.listener: asyncio.Task[None] | None = None
        self.listening = asyncio.Event()
        self.count = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        channel = scope["path"].removeprefix(PREFIX)
        if not (channel in CHANNELS or PLACE.fullmatch(channel)) or scope["method"] != "GET":
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        if self.listener is None or self.listener.done():
            self.listener = asyncio.create_task(self._listen())
        await self.listening.wait()
        page: asyncio.Queue[int | None] = asyncio.Queue(QUEUE)
        self.pages.setdefault(channel, set()).add(page)
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await self._serve(page, gone, send)
        finally:
            gone.cancel()
            self.pages[channel].discard(page)

    async def _serve(
        self, page: "asyncio.Queue[int | None]", gone: "asyncio.Task[None]", send: Send
    ) -> None:
        await _write(send, b"retry: 1000\n\n")
        while not gone.done():
            try:
                number = await asyncio.wait_for(page.get(), SILENCE_SECONDS)
            except TimeoutError:
                await _write(send, b": still here\n\n")
                continue
            if number is END:
                break
            await _write(send, b"id: %d\ndata: changed\n\n" % number)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _listen(self) -> None:
        """Listens for ever; when the database goes, every page is let go and reconnects."""
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self.address, autocommit=True
                ) as connection:
                    await connection.execute("listen tongban")
                    self.listening.set()
                    async for notice in connection.notifies():
                        self._tell(notice.payload.partition(":")[0])
            except psycopg.OperationalError as error:
                log.warning("live streams wait for the database: %s", error)
            self.listening.clear()
            self._let_go()
            await asyncio.sleep(RETRY_SECONDS)

    def _tell(self, channel: str) -> None:
        self.count += 1
        for page in self.pages.get(channel, ()):
            if not page.full():  # a page that has much unread will reload everything anyway
                page.put_nowait(self.count)

    def _let_go(self) -> None:
        for pages in self.pages.values():
            for page in pages:
                while not page.empty():
                    page.get_nowait()
                page.put_nowait(END)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _write(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})
