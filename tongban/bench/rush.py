"""Many people who press in the same second: open loop, each from the moment it meant to press."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

Answer = tuple[int, float]  # status, seconds since it was meant to be sent


@dataclass(frozen=True)
class Rush:
    """answers: by place of the message. elapsed: seconds until the last answer."""

    answers: list[Answer]
    elapsed: float

    @property
    def rate(self) -> float:
        return len(self.answers) / self.elapsed

    def percentile(self, share: float, status: int = 0) -> float:
        """Seconds; of one kind of answer when a status is named."""
        times = sorted(took for told, took in self.answers if not status or told == status)
        return times[min(int(len(times) * share), len(times) - 1)] if times else 0.0

    def statuses(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for status, _seconds in self.answers:
            found[status] = found.get(status, 0) + 1
        return found


def press(port: int, messages: Sequence[bytes], *, within: float, connections: int) -> Rush:
    """All messages, spread evenly over `within` seconds, over connections that are open already.
    A connection that breaks is opened again and its message sent again, as people do."""
    return asyncio.run(_press(port, messages, within, connections))


async def _press(port: int, messages: Sequence[bytes], within: float, connections: int) -> Rush:
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    answers: list[Answer] = [(0, 0.0)] * len(messages)
    began = time.perf_counter() + 0.2

    async def person(first: int) -> None:
        reader, writer = opened[first]
        for place in range(first, len(messages), connections):
            meant = began + within * place / len(messages)
            await asyncio.sleep(max(meant - time.perf_counter(), 0))
            while True:
                try:
                    writer.write(messages[place])
                    status, _body = await read_answer(reader)
                    break
                except (OSError, EOFError):
                    await asyncio.sleep(0.05)
                    reader, writer = await _again(port, writer)
            answers[place] = (status, time.perf_counter() - meant)
        writer.close()

    await asyncio.gather(*(person(first) for first in range(connections)))
    return Rush(answers, time.perf_counter() - began)


async def _again(
    port: int, writer: asyncio.StreamWriter
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    writer.close()
    while True:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of the next answer on a kept connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = head.lower()
    place = fields.find(b"content-length:")
    if place >= 0:
        body = await reader.readexactly(int(fields[place + 15 :].split(b"\r\n", 1)[0]))
    else:
        body = await _chunks(reader) if b"transfer-encoding: chunked" in fields else b""
    return int(head[9:12]), body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
