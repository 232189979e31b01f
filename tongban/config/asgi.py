"""One address for everything: live streams in the event loop, pages in a fixed thread pool.

Django's own ASGI handler is several times slower for synchronous views than WSGI in threads
(docs/decisions/0001-one-address.md).
"""

import asyncio
import gc
import os
from functools import cache
from typing import Any

from tongban.kernel.devices.pulse import Pulse
from tongban.kernel.screens.live import PREFIX, Streams
from tongban.services.booking.rush import Door

from .bridge import bridged
from .loading import loading
from .wsgi import application as pages

PAGE_THREADS = int(os.environ.get("TONGBAN_PAGE_THREADS", "2"))
_address = os.environ.get("DATABASE_URL", "")


def _book(presses: Any) -> Any:
    from tongban.services.booking.together import book_together  # only when Django is set up

    return book_together(presses)


_pages = Pulse(Door(bridged(pages, PAGE_THREADS), _book, _address), _address)
_streams = Streams(_address)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        loading()
    else:
        await asyncio.shield(loading())
    live = scope["type"] == "http" and scope["path"].startswith(PREFIX)
    await (_streams if live else _pages)(scope, receive, send)
    if scope["type"] == "http":
        _settle()


@cache  # once a process
def _settle() -> None:
    """After the first page all is loaded, and stays for good: the collector looks at it no more. A
    full collection of all of Django stood still for 0.1 s, in the middle of what was answered."""
    gc.collect()
    gc.freeze()
