"""Counters call from the group of their unit; tickets stand in its line."""

from django.db import migrations
from django.db.models import F


def fill(apps, schema_editor):
    Group = apps.get_model("booking", "Group")
    Counter, Serving = apps.get_model("hall", "Counter"), apps.get_model("hall", "Serving")
    Ticket = apps.get_model("hall", "Ticket")
    groups = {group.unit_id: group for group in Group.objects.order_by("-pk")}
    for counter in Counter.objects.select_related("unit"):
        group = groups.get(counter.unit_id) or _made(Group, counter.unit, counter.letter, groups)
        if group.letter != counter.letter:
            Group.objects.filter(pk=group.pk).update(letter=counter.letter)
        Serving.objects.create(counter=counter, group=group)
    for ticket in Ticket.objects.select_related("matter__unit"):
        unit = ticket.matter.unit
        ticket.group = groups.get(unit.pk) or _made(Group, unit, ticket.label[:1], groups)
        ticket.queued_at = ticket.matter.opened_at
        ticket.waits = ticket.matter.state == "waiting"
        ticket.priority, ticket.reason = (1, "booked") if ticket.booked else (2, "")
        ticket.source = "booking" if ticket.booked else "walk_in"
        ticket.save()
    done = Ticket.objects.filter(matter__state="served", called_at__isnull=False)
    done.update(begun_at=F("called_at"))


def _made(model, unit, letter, groups):
    groups[unit.pk] = model.objects.create(
        code=unit.code, name=unit.short_name, unit=unit, letter=letter
    )
    return groups[unit.pk]


class Migration(migrations.Migration):
    dependencies = [("hall", "0002_groups")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
