"""WSGI pages behind an ASGI server: a fixed pool of threads."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware

ASCII = "".join(map(chr, range(33, 127)))  # left as it came
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def bridged(pages: Any, threads: int) -> Application:
    inner: Any = WSGIMiddleware(pages, workers=threads)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        async def received() -> Any:
            """A coroutine, as the bridge demands; the server itself gives a future."""
            return await receive()

        query = scope.get("query_string", b"")
        if not query.isascii():  # not from a browser, which encodes it; the bridge takes ASCII
            scope = {**scope, "query_string": quote(query, safe=ASCII).encode()}
        await inner(scope, received, send)

    return application
