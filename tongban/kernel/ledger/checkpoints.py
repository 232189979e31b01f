"""Folding new events into the log and signing the tree head.

The work of a checkpoint grows with the new events alone, never with the ledger: the stored
peaks of the tree are all that is needed to append.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from ..trust.keys import ledger_key
from ..trust.sm3 import SIZE, sm3
from .canonical import canonical
from .chain import instant
from .merkle import Frontier
from .models import Checkpoint, LogEntry, Pending

LOCK = 0x746F6E67  # one checkpoint at a time, whatever process asks
BATCH = 50_000


def head(checkpoint: Checkpoint) -> bytes:
    """The canonical form that is signed and that the next checkpoint points back to."""
    return canonical(
        {
            "size": checkpoint.size,
            "root": bytes(checkpoint.root).hex(),
            "at": instant(checkpoint.at),
            "previous": bytes(checkpoint.previous).hex(),
        }
    )


def peaks_of(checkpoint: Checkpoint) -> list[bytes]:
    stored = bytes(checkpoint.peaks)
    return [stored[n : n + SIZE] for n in range(0, len(stored), SIZE)]


def make_checkpoint(at: datetime) -> Checkpoint | None:
    """Log what is pending and sign the new head; None when there is nothing new."""
    made = None
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        waiting = Pending.objects.order_by("event_id").values_list("event_id", "event__hash")
        pending = [(event_id, bytes(event_hash)) for event_id, event_hash in waiting[:BATCH]]
        if pending:
            made = _extend(pending, at)
    if made:
        witness(made)
    return made


def _extend(pending: list[tuple[int, bytes]], at: datetime) -> Checkpoint:
    last = Checkpoint.objects.order_by("size").last()
    tree = Frontier(last.size, peaks_of(last)) if last else Frontier()
    entries = []
    for event_id, event_hash in pending:
        entries.append(LogEntry(index=tree.size, event_id=event_id))
        tree.append(event_hash)
    LogEntry.objects.bulk_create(entries, batch_size=5000)
    Pending.objects.filter(event_id__in=[event_id for event_id, _ in pending]).delete()
    made = Checkpoint(
        size=tree.size,
        root=tree.root(),
        peaks=b"".join(tree.peaks),
        at=max(at, last.at) if last else at,
        previous=sm3(head(last)) if last else bytes(SIZE),
    )
    made.signature = ledger_key().sign(head(made))
    made.save(force_insert=True)
    return made


def witness_file() -> Path:
    return Path(settings.DATA) / "checkpoints.jsonl"


def witness(checkpoint: Checkpoint) -> None:
    """Leave the head outside the database, where its owner alone cannot take it back."""
    with witness_file().open("ab") as file:
        file.write(json.dumps(witnessed(checkpoint)).encode() + b"\n")


def witnessed(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "head": head(checkpoint).decode(),
        "signature": bytes(checkpoint.signature).hex(),
    }


def read_witness(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Lines of a witness file with their numbers."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            yield number, json.loads(line)
