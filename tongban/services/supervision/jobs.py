"""Watching: reminders when a light turns, findings when a rule is broken. Each only once."""

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from tongban.kernel.clock import Light
from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.lists import light_is
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling

from .models import Finding, Level, Reminder
from .procedure import Watching
from .rules import RULES

LEVELS = {Level.YELLOW: Light.YELLOW, Level.RED: Light.RED}


def remind(now: datetime) -> int:
    """Returns how many reminders are new; two statements a level."""
    today, made = timezone.localdate(now), 0
    for level, light in LEVELS.items():
        rows = Matter.objects.filter(light_is(light.value, today), kind=Handling.code)
        known = set(
            Reminder.objects.filter(level=level, matter__closed_at=None).values_list(
                "matter", "due_on"
            )
        )
        fresh = [
            Reminder(matter_id=pk, level=level, due_on=due, to_id=handler, at=now)
            for pk, due, handler in rows.values_list("pk", "due_on", "handler")
            if due and (pk, due) not in known
        ]
        Reminder.objects.bulk_create(fresh, ignore_conflicts=True)
        made += len(fresh)
    return made


def watch(now: datetime) -> int:
    """Returns how many findings are new."""
    made = 0
    for rule in RULES.values():
        known = set(Finding.objects.filter(rule=rule.key).values_list("about", "event"))
        breaches = [b for b in rule.find(now) if (b.matter_id, b.event) not in known]
        matters = Matter.objects.in_bulk([b.matter_id for b in breaches])
        for breach in breaches:
            about = matters[breach.matter_id].number
            data = {"rule": rule.key, "about": about, "event": breach.event}
            key = f"finding:{rule.key}:{about}:{breach.event}"[:64]
            data["evidence"] = breach.evidence
            take(Watching.find, None, the_system(), data, key=key, at=now)
            made += 1
    return made


@app.periodic(cron="*/5 * * * *")
@app.task(name="remind", queueing_lock="remind")
def remind_now(timestamp: int) -> None:
    remind(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="watch", queueing_lock="watch")
def watch_now(timestamp: int) -> None:
    watch(timezone.now())
