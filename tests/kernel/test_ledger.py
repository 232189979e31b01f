"""Nobody rewrites the ledger unnoticed, not even the owner of the database."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.kernel.lending import Lending, citizen, library, staff
from tests.kernel.test_taking import ASK, NOON, TODAY
from tongban.kernel.ledger.checkpoints import make_checkpoint, witness_file
from tongban.kernel.ledger.models import Checkpoint, Event, LogEntry
from tongban.kernel.ledger.proof import NotLogged, prove
from tongban.kernel.ledger.verify import Damage, verify
from tongban.kernel.people.actor import actor_of, the_system
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("verifiable")]


SEALS = 20  # matters of one event each that the district begins with


def quiet(part, done, total):
    pass


@pytest.fixture
def ledger(db):
    """Three matters, nine events, two checkpoints, nothing pending."""
    library()
    clerk, borrower = actor_of(staff("clerk", "clerk"), TODAY), actor_of(citizen(), TODAY)
    for number in range(3):
        matter = take(Lending.ask, None, borrower, ASK, key=f"k{number}", at=NOON).matter
        take(Lending.lend, matter, clerk, key=f"l{number}", at=NOON + timedelta(hours=1))
        make_checkpoint(NOON + timedelta(hours=number))
        take(Lending.give_back, matter, clerk, key=f"g{number}", at=NOON + timedelta(days=1))
    make_checkpoint(NOON + timedelta(days=2))
    return Matter.objects.filter(kind=Lending.code).order_by("id")


def owner(sql, *values):
    """What the owner of the database can do: switch the guards off, write, switch them on."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set session_replication_role = replica")
        cursor.execute(sql, values)
        changed = cursor.rowcount
        cursor.execute("set session_replication_role = origin")
    assert changed, "the damage must happen"


def damaged():
    with pytest.raises(Damage) as found:
        verify(quiet)
    return str(found.value)


def test_an_untouched_ledger_verifies(ledger):
    verdict = verify(quiet)
    assert (verdict.events, verdict.matters) == (9 + SEALS, 3 + SEALS)
    assert (verdict.checkpoints, verdict.pending) == (4, 0)
    assert verdict.personal == 3


DAMAGE = {
    "ledger_event": {
        "id": "id + 1000",
        "matter_id": "matter_id + 1000",
        "seq": "seq + 7",
        "step": "'decline'",
        "from_state": "'x'",
        "to_state": "'x'",
        "actor": "'x'",
        "role": "'x'",
        "unit": "'x'",
        "on_behalf_of": "'x'",
        "at": "at + interval '1 microsecond'",
        "facts": "facts || '{\"a\": 1}'",
        "key": "key || '.'",
        "prev_hash": "set_byte(prev_hash, 5, get_byte(prev_hash, 5) # 1)",
        "hash": "set_byte(hash, 5, get_byte(hash, 5) # 1)",
    },
    "ledger_logentry": {"index": "index + 1000", "event_id": "event_id + 1000"},
    "ledger_checkpoint": {
        "size": "size + 1000",
        "at": "at + interval '1 microsecond'",
        "root": "sha256(root)",
        "peaks": "sha256(peaks)",
        "previous": "sha256(previous)",
        "signature": "sha256(signature)",
    },
    "ledger_personalfact": {
        "event_id": "(select max(id) from ledger_event)",
        "field": "'x'",
        "salt": "sha256(salt)",
        "value": "sha256(value)",
    },
    "procedures_matter": {
        "number": "number || 'x'",
        "kind": "'x'",
        "state": "'asked'",
        "head_seq": "head_seq - 1",
        "head_hash": "sha256(head_hash)",
    },
}


@pytest.mark.parametrize(("table", "column"), [(t, c) for t in DAMAGE for c in DAMAGE[t]])
def test_a_changed_column_is_found(ledger, table, column):
    key = {"ledger_logentry": "index", "ledger_checkpoint": "size"}.get(table, "id")
    owner(
        f"update {table} set {column} = {DAMAGE[table][column]} where {key} ="
        f" (select max({key}) from {table})"
    )
    damaged()


def test_every_column_of_the_ledger_is_damaged_above():
    for model in (Event, LogEntry, Checkpoint):
        columns = {f.column for f in model._meta.fields}
        assert columns == set(DAMAGE[model._meta.db_table])


def test_every_byte_of_a_checkpoint_counts(ledger):
    whole = Checkpoint.objects.order_by("size").last()
    for column in ("root", "peaks", "previous", "signature"):
        good = bytes(getattr(whole, column))
        for place in range(len(good)):
            bad = bytearray(good)
            bad[place] ^= 0x01
            owner(
                f"update ledger_checkpoint set {column} = %s where size = %s",
                bytes(bad),
                whole.size,
            )
            damaged()
        owner(f"update ledger_checkpoint set {column} = %s where size = %s", good, whole.size)
    verify(quiet)


def test_a_removed_event_is_found(ledger):
    owner("delete from ledger_event where id = (select min(id) from ledger_event where seq = 2)")
    assert "missing or out of order" in damaged()


def test_events_cut_off_with_their_heads_put_back_are_found(ledger):
    matter = ledger.last()
    events = list(matter.events.order_by("seq"))
    owner("delete from ledger_event where id = %s", events[2].pk)
    owner(
        "update procedures_matter set head_seq = 2, head_hash = %s, state = 'lent' where id = %s",
        bytes(events[1].hash),
        matter.pk,
    )
    assert f"log entry {8 + SEALS} is missing" in damaged()


def test_a_whole_checkpoint_cut_off_is_found_by_the_witness(ledger):
    matter, last = ledger.last(), Checkpoint.objects.order_by("size").last()
    events = list(matter.events.order_by("seq"))
    owner("delete from ledger_checkpoint where size = %s", last.size)
    owner("delete from ledger_logentry where index >= %s", last.size - 1)
    owner("delete from ledger_event where id = %s", events[2].pk)
    owner(
        "update procedures_matter set head_seq = 2, head_hash = %s, state = 'lent' where id = %s",
        bytes(events[1].hash),
        matter.pk,
    )
    assert "cut off" in damaged()


def test_two_swapped_log_entries_are_found(ledger):
    owner("update ledger_logentry set event_id = -event_id where index in (0, 1)")
    owner(
        "update ledger_logentry set event_id ="
        " (select -event_id from ledger_logentry where index = 1) where index = 0"
    )
    damaged()


def test_an_event_slipped_in_is_found(ledger):
    owner(
        "insert into ledger_event (matter_id, seq, step, from_state, to_state, actor, role, unit,"
        " on_behalf_of, at, facts, key, prev_hash, hash) select matter_id, 4, step, from_state,"
        " to_state, actor, role, unit, on_behalf_of, at, facts, 'new', prev_hash, hash"
        " from ledger_event order by id limit 1"
    )
    damaged()


def test_another_key_cannot_sign_the_ledger(ledger):
    from tongban.kernel.trust.sm2 import PrivateKey

    with pytest.raises(Damage, match="signature"):
        verify(quiet, key=PrivateKey.generate().public)


def test_erasing_personal_data_leaves_the_chain_whole(ledger):
    take(
        Lending.steps["erase_personal"],
        ledger[0],
        the_system(),
        key="e",
        at=NOON + timedelta(days=3),
    )
    assert verify(quiet).personal == 2
    owner("delete from ledger_personalfact")
    assert "never erased" in damaged()


def test_an_outside_witness_file_is_compared(ledger, tmp_path):
    kept = tmp_path / "audit.jsonl"
    kept.write_bytes(witness_file().read_bytes())
    verify(quiet, kept)
    lines = kept.read_text().splitlines()
    changed = json.loads(lines[0])
    changed["head"] = changed["head"].replace('root":"', 'root":"0')
    kept.write_text(json.dumps(changed) + "\n")
    with pytest.raises(Damage, match=r"audit.jsonl line 1"):
        verify(quiet, kept)


def test_a_proof_is_checked_by_openssl_alone_and_refuses_a_changed_event(ledger, tmp_path):
    for event in Event.objects.filter(matter__kind=Lending.code).select_related("matter"):
        prove(event, tmp_path)
        done = subprocess.run([tmp_path / "check.sh"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Verified OK" in done.stdout
        original = (tmp_path / "event.json").read_bytes()
        (tmp_path / "event.json").write_bytes(original.replace(b"LIB2022", b"LIB2023"))
        assert (
            subprocess.run([tmp_path / "check.sh"], capture_output=True, check=False).returncode
            != 0
        )


def test_an_event_not_logged_yet_has_no_proof(ledger, tmp_path):
    event = take(
        Lending.steps["erase_personal"],
        ledger[0],
        the_system(),
        key="e",
        at=NOON + timedelta(days=3),
    )
    with pytest.raises(NotLogged):
        prove(event, tmp_path)


def test_keys_are_readable_by_the_service_alone(ledger):
    for path in Path(settings.KEYS).iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
