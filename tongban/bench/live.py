"""Live pages: how long after a step is committed do 200 open walls hear of it.

Beside it in the same run, the bare limit: one connection that listens to the database itself.
"""

import asyncio
import importlib
import time
from statistics import quantiles
from typing import Any

from .house import scratch, served
from .report import Figure

VIEWERS, STEPS, PAUSE_SECONDS = 200, 60, 0.1
CHANNEL = "/live/case"


def measure(scale: float) -> list[Figure]:
    with scratch(), served() as port:
        return asyncio.run(_watched(port, max(int(STEPS * scale), 10)))


async def _watched(port: int, steps: int) -> list[Figure]:
    heard: list[list[float]] = [[] for _ in range(VIEWERS)]
    bare: list[float] = []
    walls = [asyncio.create_task(_wall(port, times)) for times in heard]
    listener = asyncio.create_task(_listener(bare))
    await asyncio.sleep(2)  # all connected
    take_steps = importlib.import_module("tongban.bench.live_steps").take_steps
    committed: list[float] = await asyncio.to_thread(take_steps, steps, PAUSE_SECONDS)
    await asyncio.sleep(1)
    for task in (*walls, listener):
        task.cancel()
    await asyncio.gather(*walls, listener, return_exceptions=True)
    ours = _delays(committed, heard)
    raw = _delays(committed, [bare])
    details: dict[str, Any] = {"viewers": VIEWERS, "steps": steps}
    lost = steps * VIEWERS - sum(len(times) for times in heard)
    return [
        *(
            Figure(
                f"p{percent}_ms",
                _at(ours, percent),
                "ms",
                _at(raw, percent),
                round(_at(raw, percent) / _at(ours, percent), 3),
                details,
            )
            for percent in (50, 99)
        ),
        Figure("lost", max(lost, 0), "messages", details=details),
    ]


async def _wall(port: int, heard: list[float]) -> None:
    """One open page: notes when each message comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {CHANNEL} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    async for line in reader:
        if line.startswith(b"data: changed"):
            heard.append(time.perf_counter())


async def _listener(heard: list[float]) -> None:
    psycopg = importlib.import_module("psycopg")
    connections = importlib.import_module("django.db").connections
    settings = connections["default"].get_connection_params()
    address = {k: v for k, v in settings.items() if k in ("dbname", "user", "password", "host")}
    connection = await psycopg.AsyncConnection.connect(**address, autocommit=True)
    async with connection:
        await connection.execute("listen tongban")
        async for notice in connection.notifies():
            if notice.payload.startswith("case:"):
                heard.append(time.perf_counter())


def _delays(committed: list[float], heard: list[list[float]]) -> list[float]:
    """Milliseconds from the moment a step was committed: for each viewer, step by step."""
    found = []
    for times in heard:
        for began, came in zip(committed, times, strict=False):
            found.append(max(came - began, 0) * 1000)
    return found


def _at(values: list[float], percent: int) -> float:
    return round(quantiles(values, n=100)[percent - 1], 2)
