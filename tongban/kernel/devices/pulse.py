"""The heartbeats of all devices, before Django: those of one moment are written by one statement.

2,000 devices are heard of each minute; a page's road costs each more than the work itself. Those
of one moment are also read together: one by one, each small step of each would find the
processor's memory cold, which costs more than the step. A beat is answered when it is written.
Whatever is odd about a message goes the usual road and is told so.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import psycopg

from ..screens.early import read, whole_answer
from ..screens.json_object import json_object
from .heartbeat import BEAT, Beat, values

log = logging.getLogger(__name__)
PATH, SCHEME = "/device/v1/heartbeat/", b"Device "
MOMENT, READING = 1.0, 0.02  # seconds: who came is put down; what they say is read
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
Found = dict[str, tuple[int, int]]


class Pulse:
    """Around an ASGI application."""

    def __init__(self, application: Application, address: str):
        self.application, self.address = application, address
        self.waiting: list[tuple[Beat, asyncio.Future[tuple[int, int] | None]]] = []
        self.moment: asyncio.Event | None = None
        self.writing: asyncio.Task[None] | None = None
        self.connection: psycopg.AsyncConnection[Any] | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope.get("path") != PATH or scope.get("method") != "POST":
            await self.application(scope, receive, send)
            return
        came = datetime.now(UTC)
        await self._moment()
        body, receive = await read(receive)
        beat = _beat(scope, body, came)
        found = await self._written(beat) if beat else None
        if found is None:
            await self.application(scope, receive, send)
            return
        told = json.dumps({"round": found[0], "counter": found[1]}).encode()
        for message in whole_answer(200, told, (b"content-type", b"application/json")):
            await send(message)

    async def _moment(self) -> None:
        """Until the moment that runs is over."""
        if self.moment is None:
            self.moment = asyncio.Event()
            asyncio.get_running_loop().call_later(MOMENT, self._over, self.moment)
        await self.moment.wait()

    def _over(self, moment: asyncio.Event) -> None:
        self.moment = None
        moment.set()

    async def _written(self, beat: Beat) -> tuple[int, int] | None:
        done: asyncio.Future[tuple[int, int] | None] = asyncio.get_running_loop().create_future()
        self.waiting.append((beat, done))
        if self.writing is None or self.writing.done():
            self.writing = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        await asyncio.sleep(READING)
        batch, self.waiting = self.waiting, []
        try:
            found = await self._execute([beat for beat, _done in batch])
        except psycopg.Error as error:
            log.warning("heartbeats go the long road: %s", error)
            self.connection, found = None, {}
        for beat, done in batch:
            if not done.done():
                done.set_result(found.get(beat.token))
        if self.waiting:
            self.writing = asyncio.create_task(self._write())

    async def _execute(self, beats: list[Beat]) -> Found:
        if self.connection is None or self.connection.closed:
            self.connection = await psycopg.AsyncConnection.connect(
                self.address, autocommit=True, prepare_threshold=3
            )
        cursor = await self.connection.execute(BEAT, values(beats, datetime.now(UTC)))
        return {token: (round_, counter) for token, round_, counter in await cursor.fetchall()}


def _beat(scope: dict[str, Any], body: bytes | None, came: datetime) -> Beat | None:
    """A beat that is whole; None for anything else."""
    if body is None:
        return None
    given = next((v for k, v in scope["headers"] if k == b"authorization"), b"")
    told = json_object(body or b"{}")
    if told is None or not given.startswith(SCHEME) or not given.isascii():
        return None
    return Beat.of(given.removeprefix(SCHEME).decode(), told, came)
