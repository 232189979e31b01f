"""Runs of imports: checked first, proposed all or nothing, undone as a whole."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tongban.kernel.files.spreadsheets import Table, Unreadable, read
from tongban.kernel.people.actor import Actor, actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import Invalid, NotNow, Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.sheets import Fault, marked

from . import editing, planning
from .columns import SHEETS
from .models import Change, ChangeKind, ImportRun
from .procedure import Publishing

MOST_FAULTS = 5000


def folder() -> Path:
    return Path(settings.DATA) / "imports"


def begin(kind: str, content: bytes, name: str, account: Account) -> ImportRun:
    """Keep the file and a run for it. Raises Unreadable for one that is no spreadsheet."""
    read(content, name)
    digest = hashlib.sha256(content).hexdigest()
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / digest).write_bytes(content)
    return ImportRun.objects.create(kind=kind, name=name[-120:], digest=digest, account=account)


def table_of(run: ImportRun) -> Table:
    return read((folder() / run.digest).read_bytes(), run.name)


def check(run: ImportRun, told: Callable[[int], None] | None = None) -> planning.Plan:
    """The dry run: what the file asks for and every fault in it; nothing else is written."""
    table = table_of(run)
    run.total = len(table.rows)
    found = planning.plan(SHEETS[run.kind], table, told or _telling(run))
    run.counts = found.counts
    run.faults = [[f.row, f.column, f.text] for f in found.faults[:MOST_FAULTS]]
    run.phase = ImportRun.Phase.FAULTY if found.faults else ImportRun.Phase.CHECKED
    run.done = run.total
    run.save()
    return found


def propose(run: ImportRun, why: dict[str, object], by: Actor) -> list[Change]:
    """Everything in the file as drafts of changes, one a unit and kind; all or nothing.

    Raises Refusal, having changed nothing.
    """
    found = check(run)
    if found.faults:
        raise NotNow(_("表里还有 %d 处要改,请下载标红的表改好再导入") % len(found.faults))
    with transaction.atomic():
        events = []
        for kind, lines in ((ChangeKind.CREATE, found.creates), (ChangeKind.ADJUST, found.adjusts)):
            data = {**why, "kind": kind.value}
            key = f"import:{run.pk}:{kind.value}"
            events += editing.propose_lines(lines, data, by, key)
        made = Change.objects.filter(matter__in=[event.matter_id for event in events])
        made.update(run=run)
        run.phase = ImportRun.Phase.PROPOSED
        run.save()
    return list(made)


def undo(run: ImportRun, by: Actor) -> int:
    """Withdraw what is not in force yet, propose the former lists for what is. Returns how many."""
    with transaction.atomic():
        changes = run.changes.select_related("matter").order_by("pk")
        for change in changes:
            key = f"undo:{run.pk}:{change.pk}"
            if change.matter.is_open:
                reason = {"reason": _("撤销导入 %s") % run.name}
                take(Publishing.withdraw, change.matter, by, reason, key=key)
            elif change.matter.state == Publishing.published.name:
                editing.propose_undoing(change, by, key)
        run.phase = ImportRun.Phase.UNDONE
        run.save()
    return len(changes)


def error_workbook(run: ImportRun) -> bytes:
    table = table_of(run)
    return marked(table.header, table.rows, [Fault(*fault) for fault in run.faults])


def _telling(run: ImportRun) -> Callable[[int], None]:
    def told(done: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(done=done)

    return told


@app.task(name="import_run")
def run_import(run_id: int, account_id: int, why: dict[str, str]) -> None:
    """The long part, by the worker; the page shows how far it is."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        if not why:
            check(run)
            return
        person = actor_of(Account.objects.get(pk=account_id), timezone.localdate())
        propose(run, dict(why), person)
    except (Refusal, Unreadable) as refusal:
        run.refresh_from_db()
        run.phase = ImportRun.Phase.FAULTY
        told = refusal.errors.values() if isinstance(refusal, Invalid) else [[str(refusal)]]
        run.faults = [[1, "", text] for texts in told for text in texts][:MOST_FAULTS]
        run.save()
