"""Reading answers of HTTP/1.1 over a kept connection, of a known length or in chunks."""

import asyncio

END = b"\r\n\r\n"


def answered(heard: bytes) -> tuple[int, int] | None:
    """Status and length of the first whole answer in what was heard; None while it is not whole."""
    ends = heard.find(END)
    if ends < 0:
        return None
    head = heard[:ends].lower()
    begins = ends + len(END)
    if (length := _length(head)) is not None:
        whole: int | None = begins + length
    elif b"transfer-encoding: chunked" in head:
        whole = _end_of_chunks(heard, begins)
    else:
        whole = begins
    return (int(head[9:12]), whole) if whole is not None and whole <= len(heard) else None


def _length(head: bytes) -> int | None:
    place = head.find(b"content-length:")
    return int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else None


def _end_of_chunks(heard: bytes, place: int) -> int | None:
    while (line := heard.find(b"\r\n", place)) >= 0:
        size = int(heard[place:line], 16)
        place = line + 2 + size + 2
        if size == 0:
            return place
    return None


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body of the next answer."""
    head = (await reader.readuntil(END)).lower()
    if (length := _length(head)) is not None:
        body = await reader.readexactly(length)
    else:
        body = await _chunks(reader) if b"transfer-encoding: chunked" in head else b""
    return int(head[9:12]), body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)
