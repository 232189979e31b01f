"""One address for everything: live streams in the event loop, pages in a fixed thread pool.

Django's own ASGI handler is several times slower for synchronous views than WSGI in threads
(docs/decisions/0001-one-address.md).
"""

import os
from typing import Any

from a2wsgi import WSGIMiddleware

from tongban.kernel.screens.live import PREFIX, Streams

from .wsgi import application as pages

PAGE_THREADS = int(os.environ.get("TONGBAN_PAGE_THREADS", "2"))
_pages: Any = WSGIMiddleware(pages, workers=PAGE_THREADS)  # type: ignore[arg-type]
_streams = Streams(os.environ.get("DATABASE_URL", ""))


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    async def received() -> Any:
        """A coroutine, as the bridge to WSGI demands; the server itself gives a future."""
        return await receive()

    live = scope["type"] == "http" and scope["path"].startswith(PREFIX)
    await (_streams if live else _pages)(scope, received, send)
