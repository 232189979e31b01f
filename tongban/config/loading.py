"""What a page needs is loaded once a process, by one thread, from the moment it starts.

The port answers at once; a page that comes meanwhile waits. Loaded by the first page instead, it
would cost whoever comes first two seconds: after each start, and after a process died in a rush.
"""

import asyncio

from django.urls import URLResolver, get_resolver


class Loading:
    """Of one process."""

    def __init__(self) -> None:
        self.is_done = False
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> "asyncio.Task[None]":
        if self._task is None:
            self._task = asyncio.create_task(self._load())
        return self._task

    async def done(self) -> None:
        """Raises what loading raised: nothing can be answered then."""
        await asyncio.shield(self.begin())  # whoever waits may give up, the loading does not

    async def _load(self) -> None:
        await asyncio.to_thread(_every_address)
        self.is_done = True


def _every_address() -> None:
    """All views, forms and procedures with them."""
    resolvers = [get_resolver()]
    while resolvers:
        found = resolvers.pop().url_patterns
        resolvers += [one for one in found if isinstance(one, URLResolver)]
