"""The worker process: jobs and periodic work, from the same database as everything else."""

import asyncio
import signal

from .set_up import set_up

QUEUE_CONCURRENCY = 4
HEARTBEAT_SECONDS = 5  # a worker silent for SILENT_FOR is dead, and its jobs are taken up again


def main() -> None:
    set_up()
    from procrastinate.contrib.django import app

    from tongban.kernel.procedures.jobs import SILENT_FOR

    asyncio.run(_work(app, SILENT_FOR))


async def _work(app, silent_for: int) -> None:  # type: ignore[no-untyped-def]
    outside = app.with_connector(app.connector.get_worker_connector())
    async with outside.open_async():
        task = asyncio.current_task()
        assert task is not None
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        try:
            await outside.run_worker_async(
                concurrency=QUEUE_CONCURRENCY,
                install_signal_handlers=False,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=silent_for,
            )
        except asyncio.CancelledError:
            return
