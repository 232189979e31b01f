"""One address for everything: live streams in the event loop, pages in a fixed thread pool.

Django's own ASGI handler is several times slower for synchronous views than WSGI in threads
(docs/decisions/0001-one-address.md).
"""

import os

from a2wsgi import WSGIMiddleware

from .wsgi import application as pages

PAGE_THREADS = int(os.environ.get("TONGBAN_PAGE_THREADS", "4"))
application = WSGIMiddleware(pages, workers=PAGE_THREADS)  # type: ignore[arg-type]
