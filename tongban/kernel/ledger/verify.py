"""Reading the whole ledger again, distrusting everything the database says about it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from ..trust.keys import ledger_key
from ..trust.sm2 import PublicKey
from ..trust.sm3 import SIZE, sm3
from ..trust.vault import VaultError, decrypt
from .canonical import NotCanonical, canonical
from .chain import body, first_hash
from .checkpoints import head, peaks_of, read_witness, witness_file, witnessed
from .merkle import Frontier
from .models import Checkpoint, Event
from .personal import digest

ERASED = "erase_personal"  # the step whose event says which personal values are gone
STEP = 20_000
ISOLATION = "set transaction isolation level repeatable read, read only"


class Damage(Exception):
    """The first thing found that the ledger's own rules cannot explain."""


@dataclass(frozen=True)
class Verdict:
    events: int
    matters: int
    checkpoints: int
    personal: int
    pending: int


Progress = Callable[[str, int, int], None]


def verify(
    progress: Progress, witness: Path | None = None, key: PublicKey | None = None
) -> Verdict:
    """Check chains, log, checkpoints, personal digests and matter heads.

    Raises Damage naming the first bad event. One snapshot of the database is read, in a
    stream, so that steps taken meanwhile disturb nothing.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(ISOLATION)
        events, matters = _chains(progress)
        pending = _log(progress)
        checkpoints = _checkpoints(progress, key or ledger_key().public)
        personal = _personal(progress)
        for path in (witness_file(), witness):
            if path and path.exists():
                _compare(path)
    return Verdict(events, matters, checkpoints, personal, pending)


@contextmanager
def _rows(sql: str) -> Iterator[Iterator[tuple[Any, ...]]]:
    """A server-side cursor, closed even when damage ends the reading: memory does not grow
    with the ledger."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        yield (row for rows in iter(lambda: cursor.fetchmany(5000), []) for row in rows)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")  # noqa: S608
        return int(cursor.fetchone()[0])


CHAINS = """
select m.id, m.kind, m.number, m.state, m.head_seq, m.head_hash,
       e.id, e.seq, e.step, e.from_state, e.to_state, e.actor, e.role, e.unit, e.on_behalf_of,
       e.at, e.facts::text, e.key, e.prev_hash, e.hash
from procedures_matter m left join ledger_event e on e.matter_id = m.id
order by m.id, e.seq
"""
FIELDS = (
    *("id", "seq", "step", "from_state", "to_state", "actor", "role", "unit", "on_behalf_of"),
    *("at", "facts", "key", "prev_hash", "hash"),
)


def _chains(progress: Progress) -> tuple[int, int]:
    total, seen, matters = _count("ledger_event"), 0, 0
    with _rows(CHAINS) as rows:
        for _, group in groupby(rows, key=itemgetter(0)):
            events = list(group)
            chain = _Chain(*events[0][:6])
            matters += 1
            for row in events:
                if row[6] is None:
                    continue
                fields = dict(zip(FIELDS, row[6:], strict=True))
                chain.follow(Event(**{**fields, "facts": json.loads(fields["facts"])}))
                seen += 1
                if seen % STEP == 0:
                    progress("chains", seen, total)
            chain.end()
    if seen != total:
        raise Damage(f"{total - seen} event(s) belong to no matter")
    return seen, matters


class _Chain:
    """Follows one matter's events and ends where the matter says it ends."""

    def __init__(self, matter_id: int, kind: str, number: str, state: str, seq: int, hash_: bytes):
        self.matter_id, self.number = matter_id, number
        self.state, self.head_seq, self.head_hash = state, seq, bytes(hash_)
        self.seq, self.hash, self.reached = 0, first_hash(kind, number), ""

    def follow(self, event: Event) -> None:
        where = f"matter {self.number} event {event.seq} (id {event.pk})"
        self.seq += 1
        if event.seq != self.seq:
            raise Damage(f"{where}: expected event {self.seq}: one is missing or out of order")
        if bytes(event.prev_hash) != self.hash:
            raise Damage(f"{where}: does not follow from the event before it")
        if event.from_state != self.reached:
            raise Damage(f"{where}: begins in state {event.from_state!r}, not {self.reached!r}")
        try:
            computed = sm3(canonical(body(self.number, event)))
        except NotCanonical as error:
            raise Damage(f"{where}: {error}") from error
        if bytes(event.hash) != computed:
            raise Damage(f"{where}: content does not match its hash")
        self.hash, self.reached = computed, event.to_state

    def end(self) -> None:
        where = f"matter {self.number}"
        if self.seq != self.head_seq or self.hash != self.head_hash:
            raise Damage(f"{where}: its head says {self.head_seq} event(s), found {self.seq}")
        if self.reached != self.state:
            raise Damage(f"{where}: stored state {self.state!r}, events lead to {self.reached!r}")


def _log(progress: Progress) -> int:
    """Every event is logged exactly once or still pending; places are contiguous."""
    sql = """
    select e.id, l.index is not null, p.event_id is not null from ledger_event e
    left join ledger_logentry l on l.event_id = e.id
    left join ledger_pending p on p.event_id = e.id
    where (l.index is null) = (p.event_id is null) limit 1
    """
    with _rows(sql) as rows:
        for event_id, logged, _ in rows:
            fault = "both logged and pending" if logged else "neither logged nor pending"
            raise Damage(f"event id {event_id}: {fault}")
    progress("log", 1, 1)
    return _count("ledger_pending")


LOG = """
select l.index, e.hash, e.id from ledger_logentry l
left join ledger_event e on e.id = l.event_id order by l.index
"""


def _checkpoints(progress: Progress, key: PublicKey) -> int:
    """Grow the tree entry by entry; at each checkpoint's size it must have that head."""
    with _rows(LOG) as entries:
        return _grow(entries, _count("ledger_logentry"), progress, key)


def _grow(
    entries: Iterator[tuple[Any, ...]], total: int, progress: Progress, key: PublicKey
) -> int:
    tree, previous, made = Frontier(), None, 0
    for checkpoint in Checkpoint.objects.order_by("size").iterator():
        where = f"checkpoint of size {checkpoint.size}"
        while tree.size < checkpoint.size:
            row = next(entries, None)
            if row is None or row[0] != tree.size or row[1] is None:
                raise Damage(f"{where}: log entry {tree.size} is missing or out of order")
            tree.append(bytes(row[1]))
            if tree.size % STEP == 0:
                progress("checkpoints", tree.size, total)
        if bytes(checkpoint.root) != tree.root() or peaks_of(checkpoint) != tree.peaks:
            raise Damage(f"{where}: its root does not match the log")
        if bytes(checkpoint.previous) != (sm3(head(previous)) if previous else bytes(SIZE)):
            raise Damage(f"{where}: does not follow from the checkpoint before it")
        if previous and checkpoint.at < previous.at:
            raise Damage(f"{where}: earlier than the checkpoint before it")
        if not key.verifies(head(checkpoint), bytes(checkpoint.signature)):
            raise Damage(f"{where}: signature does not verify")
        previous, made = checkpoint, made + 1
    if next(entries, None) is not None:
        raise Damage(f"log entries beyond the last checkpoint (from {tree.size}): cut off or added")
    return made


def _personal(progress: Progress) -> int:
    """Each digest in an event has its value beside it, or an event that says it was erased."""
    sql = """
    select e.id, e.matter_id, e.seq, e.facts->'personal', f.field, f.salt, f.value
    from ledger_event e left join ledger_personalfact f on f.event_id = e.id
    where e.facts ? 'personal' or f.id is not null order by e.id
    """
    erased = _erasures()
    with _rows(sql) as rows:
        checked = _digests_match(rows, erased)
    progress("personal", checked, checked)
    return checked


def _digests_match(rows: Iterator[tuple[Any, ...]], erased: set[tuple[int, int, str]]) -> int:
    checked, current = 0, None
    known: dict[str, str] = {}
    for event_id, matter_id, seq, digests, field, salt, value in rows:
        if event_id != current:
            _all_accounted(current, known)
            known = {
                name: stated
                for name, stated in (json.loads(digests) if digests else {}).items()
                if (matter_id, seq, name) not in erased
            }
            current = event_id
        if field is None:
            continue
        stated = known.pop(field, None)
        if stated is None or digest(bytes(salt), _open(value, event_id)) != stated:
            raise Damage(f"event id {event_id}: personal value {field!r} does not match its digest")
        checked += 1
    _all_accounted(current, known)
    return checked


def _open(value: bytes, event_id: int) -> str:
    try:
        return decrypt(value)
    except VaultError as error:
        raise Damage(f"event id {event_id}: {error}") from error


def _all_accounted(event_id: int | None, left: dict[str, str]) -> None:
    if left:
        raise Damage(f"event id {event_id}: personal value {min(left)!r} is gone, never erased")


def _erasures() -> set[tuple[int, int, str]]:
    found = set()
    for event in Event.objects.filter(step=ERASED).iterator():
        for seq, field in event.facts["erased"]:
            found.add((event.matter_id, seq, field))
    return found


def _compare(path: Path) -> None:
    """A witness holds heads the database can no longer take back."""
    for number, line in read_witness(path):
        where = f"witness {path.name} line {number}"
        size = json.loads(line["head"])["size"]
        stored = Checkpoint.objects.filter(size=size).first()
        if stored is None:
            raise Damage(f"{where}: the ledger has no checkpoint of size {size}: cut off")
        if witnessed(stored)["head"] != line["head"]:
            raise Damage(f"{where}: the ledger has another checkpoint of size {size}")
