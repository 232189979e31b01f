"""Periodic work of the kernel: silent deadlines, checkpoints, the outbox, jobs left lying."""

from datetime import datetime

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from ..ledger.checkpoints import make_checkpoint
from ..notices.sending import send_waiting
from ..people.actor import the_system
from .models import Matter
from .refusals import Refusal
from .taking import CHINA, take
from .tally import fold

SILENT_FOR = 20  # seconds without a sign of life after which a worker is held for dead
SHARE = 200  # matters acted on in one round


def act_on_silence(now: datetime) -> int:
    """Take the automatic step of every matter that stood too long where it stands.

    A limit ends with its last day; on the next day silence speaks (行政许可法 第三十二条).
    """
    today = timezone.localtime(now, CHINA).date()
    acted = 0
    for matter in Matter.objects.filter(act_on__lt=today).order_by("act_on")[:SHARE]:
        step = matter.procedure.steps[matter.stands_in.otherwise]
        try:
            take(
                step, matter, the_system(), key=f"silence:{matter.number}:{matter.head_seq}", at=now
            )
            acted += 1
        except Refusal:
            continue  # somebody acted in time after all
    return acted


@app.periodic(cron="* * * * *")
@app.task(name="silence", queueing_lock="silence")
def silence(timestamp: int) -> None:
    while act_on_silence(timezone.now()) == SHARE:
        continue


@app.periodic(cron="* * * * * */10")
@app.task(name="outbox", queueing_lock="outbox")
def outbox(timestamp: int) -> None:
    send_waiting(timezone.now())


@app.periodic(cron="* * * * * */15")
@app.task(name="fold_tally", queueing_lock="fold_tally")
def fold_tally(timestamp: int) -> None:
    fold()


@app.periodic(cron="* * * * * */20")
@app.task(name="checkpoint", queueing_lock="checkpoint")
def checkpoint(timestamp: int) -> None:
    while make_checkpoint(timezone.now()):
        continue


@app.periodic(cron="* * * * * */10")
@app.task(name="taken_up_again", queueing_lock="taken_up_again", pass_context=True)
async def taken_up_again(context: JobContext, timestamp: int) -> None:
    """Jobs of a worker that was killed: they would stay begun for ever, and hold up all later
    jobs of the same matter. What a job does may be done twice, so it is simply done again."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=SILENT_FOR):
        await jobs.retry_job(job)
