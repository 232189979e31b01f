"""WSGI pages behind an ASGI server: a fixed pool of threads."""

from collections.abc import Awaitable, Callable
from typing import Any

from a2wsgi import WSGIMiddleware

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def bridged(pages: Any, threads: int) -> Application:
    inner: Any = WSGIMiddleware(pages, workers=threads)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        async def received() -> Any:
            """A coroutine, as the bridge demands; the server itself gives a future."""
            return await receive()

        await inner(scope, received, send)

    return application
