"""The bare view behind the same bridge as the product's pages."""

from typing import Any

from .bare import application as _make

_pages: Any = _make()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    async def received() -> Any:
        return await receive()

    await _pages(scope, received, send)
