"""Runs of imports: checked first, proposed all or nothing, undone as a whole."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from tongban.kernel.files.spreadsheets import Table, Unreadable, read
from tongban.kernel.people.actor import Actor, actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.refusals import Invalid, NotNow, Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.sheets import Fault, Sheet, marked

from . import editing, planning
from .columns import ITEMS, MATERIALS, SITUATIONS
from .forms import Why
from .models import Change, ChangeKind, ImportRun
from .procedure import Publishing

MOST_FAULTS = 5000
Told = Callable[[int], None]


class Planned(Protocol):
    """What a file asks for, and every fault in it."""

    faults: list[Fault]

    @property
    def counts(self) -> dict[str, int]: ...


@dataclass(frozen=True)
class Importer:
    """One kind of spreadsheet. plan looks at all of it and changes nothing; carry does what was
    planned, and the run ends in the phase. counted: words for the counts of a plan; why: what is
    asked before it is carried out."""

    sheet: Sheet
    plan: Callable[[ImportRun, Table, Told], Planned]
    carry: Callable[[ImportRun, Any, dict[str, Any], Actor], None]
    counted: dict[str, Any]
    act: Any
    why: type[forms.Form]
    ends: ImportRun.Phase


IMPORTERS: dict[str, Importer] = {}


def can_import(kind: Importer) -> None:
    IMPORTERS[kind.sheet.key] = kind


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


def check(run: ImportRun, told: Told | None = None) -> Planned:
    """The dry run: what the file asks for and every fault in it; nothing else is written."""
    table = table_of(run)
    run.total = len(table.rows)
    found = IMPORTERS[run.kind].plan(run, table, told or telling(run))
    run.counts = found.counts
    run.faults = [[f.row, f.column, f.text] for f in found.faults[:MOST_FAULTS]]
    run.phase = ImportRun.Phase.FAULTY if found.faults else ImportRun.Phase.CHECKED
    run.done = run.total
    run.save()
    return found


def propose(run: ImportRun, why: dict[str, Any], by: Actor) -> list[Change]:
    """Carry out the whole file, having looked at it again. Raises Refusal; with a fault nothing
    is changed. Returns the changes of lists it led to."""
    found, kind = check(run), IMPORTERS[run.kind]
    if found.faults:
        raise NotNow(_("表里还有 %d 处要改，请下载标红的表改好再导入") % len(found.faults))
    kind.carry(run, found, why, by)
    run.phase = kind.ends
    run.save()
    return list(run.changes.all())


def _draft(run: ImportRun, found: planning.Plan, why: dict[str, Any], by: Actor) -> None:
    """Drafts of changes, one a unit and kind; all or nothing."""
    with transaction.atomic():
        events = []
        for kind, lines in ((ChangeKind.CREATE, found.creates), (ChangeKind.ADJUST, found.adjusts)):
            data = {**why, "kind": kind.value}
            key = f"import:{run.pk}:{kind.value}"
            events += editing.propose_lines(lines, data, by, key)
        made = Change.objects.filter(matter__in=[event.matter_id for event in events])
        made.update(run=run)


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


def telling(run: ImportRun) -> Callable[[int], None]:
    def told(done: int) -> None:
        ImportRun.objects.filter(pk=run.pk).update(done=done)

    return told


for _sheet in (ITEMS, MATERIALS, SITUATIONS):
    can_import(
        Importer(
            sheet=_sheet,
            plan=lambda run, table, told: planning.plan(IMPORTERS[run.kind].sheet, table, told),
            carry=_draft,
            counted={
                "create": gettext_lazy("新增事项"),
                "adjust": gettext_lazy("调整事项"),
                "same": gettext_lazy("没有变化"),
            },
            act=gettext_lazy("起草变更"),
            why=Why,
            ends=ImportRun.Phase.PROPOSED,
        )
    )


@app.task(name="import_run")
def run_import(run_id: int, account_id: int, why: dict[str, str] | None) -> None:
    """The long part, by the worker; the page shows how far it is."""
    run = ImportRun.objects.get(pk=run_id)
    try:
        if why is None:
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
