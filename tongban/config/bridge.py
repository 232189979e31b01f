"""WSGI pages behind an ASGI server: a fixed pool of threads.

A thread makes its page whole, and the event loop sends it. Handing over each part on its own, and
waiting until it is taken, made threads and loop wait for each other's turn at the interpreter half
of the time (docs/decisions/0001-one-address.md).
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from urllib.parse import quote

from a2wsgi.wsgi import Body, build_environ

from tongban.kernel.screens.early import read

ASCII = "".join(map(chr, range(33, 127)))  # left as it came
BODILESS = frozenset({"GET", "HEAD"})  # what comes with them all the same means nothing, RFC 9110
WHOLE = 256 * 1024  # bytes: what is longer goes part by part, as fast as it is taken
Message = dict[str, Any]
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def bridged(pages: Any, threads: int) -> Application:
    pool = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        loop = asyncio.get_running_loop()

        async def sent(message: Message) -> None:
            """A coroutine, as is demanded from a thread; the server itself gives a future."""
            await send(message)

        def tell(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(sent(message), loop).result()

        given = BytesIO() if scope["method"] in BODILESS else await _input(loop, receive)
        run = contextvars.copy_context().run
        for message in await loop.run_in_executor(pool, run, _page, pages, scope, given, tell):
            await send(message)

    return application


async def _input(loop: asyncio.AbstractEventLoop, receive: Any) -> Any:
    """What a page reads of its request; mostly it has come as a whole."""
    body, again = await read(receive)
    return Body(loop, again) if body is None else BytesIO(body)


def _page(pages: Any, scope: dict[str, Any], given: Any, tell: Any) -> list[Message]:
    """What is left to send of an answer; of one that is not long, that is all of it."""
    head: Message = {"type": "http.response.start"}

    def start_response(status: str, headers: list[tuple[str, str]], _fault: Any = None) -> None:
        head["status"] = int(status.split(" ", 1)[0])
        head["headers"] = [(k.lower().encode("latin1"), v.encode("latin1")) for k, v in headers]

    answer = pages(_environ(scope, given), start_response)
    try:
        return _sent(head, answer, tell)
    finally:
        answer.close()


def _sent(head: Message, parts: Iterable[bytes], tell: Any) -> list[Message]:
    waiting, left = bytearray(), [head]
    for part in parts:
        waiting += part
        if len(waiting) > WHOLE:
            for message in [*left, _body(waiting, more_body=True)]:
                tell(message)
            waiting, left = bytearray(), []
    return [*left, _body(waiting)]


def _body(content: bytearray, **more: bool) -> Message:
    return {"type": "http.response.body", "body": bytes(content), **more}


def _environ(scope: dict[str, Any], given: Any) -> Any:
    query = scope.get("query_string", b"")
    if not query.isascii():  # not from a browser, which encodes it; WSGI takes ASCII
        scope = {**scope, "query_string": quote(query, safe=ASCII).encode()}
    return build_environ(scope, given)  # type: ignore[arg-type]


async def _lifespan(receive: Any, send: Any) -> None:
    for _startup_then_shutdown in range(2):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
