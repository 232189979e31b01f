"""The worker process: jobs and periodic work, from the same database as everything else."""

import asyncio
import os
import signal

import django

QUEUE_CONCURRENCY = 4


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")
    django.setup()
    from procrastinate.contrib.django import app

    asyncio.run(_work(app))


async def _work(app) -> None:  # type: ignore[no-untyped-def]
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
            )
        except asyncio.CancelledError:
            return
