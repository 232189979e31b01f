"""What a page needs is loaded once a process, by one thread, from the moment it starts.

The port answers at once; a page that comes meanwhile waits. Loaded by the first page instead, it
would cost whoever comes first two seconds: after each start, and after a process died in a rush.
"""

import asyncio
from functools import cache

from django.urls import reverse


@cache  # once a process
def loading() -> "asyncio.Task[str]":
    """To be awaited shielded: whoever waits may give up, the loading does not. Raises what loading
    raised: nothing can be answered then."""
    return asyncio.create_task(asyncio.to_thread(_every_address))


def _every_address() -> str:
    """To find one by its name Django reads all of them, with their views, forms and procedures."""
    return reverse("desk")
