"""Events, their global order, signed checkpoints, and personal facts kept outside the chain."""

from django.db import models


class Event(models.Model):
    """One step taken. Append-only: the database refuses UPDATE and DELETE."""

    matter = models.ForeignKey(
        "procedures.Matter", models.PROTECT, related_name="events", db_index=False
    )
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=60)
    from_state = models.CharField(max_length=60, blank=True)
    to_state = models.CharField(max_length=60)
    actor = models.CharField(max_length=40)
    role = models.CharField(max_length=40)
    unit = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    key = models.CharField(max_length=80)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["matter", "seq"], name="event_once_per_place"),
            models.UniqueConstraint(fields=["actor", "key"], name="event_once_per_key"),
        ]
        indexes = [models.Index(fields=["at"], name="event_at")]

    def __str__(self) -> str:
        return f"{self.matter_id}/{self.seq} {self.step}"


class PersonalFact(models.Model):
    """A personal value that the event holds only as SM3(salt ‖ value): it may be erased."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="personal")
    field = models.CharField(max_length=60)
    salt = models.BinaryField(max_length=16)
    value = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "field"], name="personal_fact_once")
        ]


class Pending(models.Model):
    """Events not yet in the log; filled by a trigger, emptied by the checkpoint job."""

    event = models.OneToOneField(Event, models.DO_NOTHING, primary_key=True, related_name="+")


class LogEntry(models.Model):
    """The place of an event in the global log: contiguous from 0, given once, afterwards."""

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="log_entry")


class Checkpoint(models.Model):
    """A signed tree head (RFC 6962 section 3.5 in spirit) over the first `size` log entries."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    peaks = models.BinaryField()
    at = models.DateTimeField()
    previous = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=80)
