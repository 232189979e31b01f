"""The city's question of 2022 which powers the district would take over, and the reply to it."""

import random
from datetime import UTC, date, datetime, timedelta

from tongban.kernel.files.spreadsheets import Table
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.services.municipal import board, sheets
from tongban.services.municipal.models import Answer, MunicipalPower
from tongban.services.municipal.procedure import Answering, TakingOver

from .people import Staff
from .rows import rows

AT = datetime(2022, 5, 9, 2, tzinfo=UTC)
LETTER = {
    "name": "关于征求承接市级审批权限意见的函",
    "document_number": "湛府办函〔2022〕41号",
    "reply_by": date(2022, 6, 30),
}
STEP = timedelta(days=7)
HANDED_OVER, TRAINED, IN_USE = 40, 30, 18  # how far the agreed powers had come


def load(staff: Staff) -> None:
    given = list(rows("municipal_powers"))
    table = Table(list(given[0]), [list(row.values()) for row in given])
    found = sheets.found_in(table)
    assert not found.faults, found.faults
    letter = board.register(found, LETTER, staff["zhou"], "demo:municipal", AT).matter
    _loads(letter, staff)
    at = AT
    for step, who, data in (
        (Answering.conclude, "zhou", {}),
        (Answering.pass_review, "zhao", {"opinion": "答复事项和理由合法"}),
        (Answering.reply, "leader", {}),
    ):
        at += STEP
        take(step, letter, staff[who], data, key=f"demo:{step.name}", at=at)
    _take_over(letter, staff, at + STEP)


def _loads(letter: Matter, staff: Staff) -> None:
    """Departments estimate what each power they agree to would bring."""
    source = random.Random("municipal")  # noqa: S311 - demonstration
    rows = MunicipalPower.objects.filter(letter=letter.pk, answer=Answer.AGREE)
    for power in rows.select_related("matter__unit"):
        data = {
            "answer": power.answer,
            "cases_per_year": source.randrange(5, 400),
            "minutes_per_case": source.choice((20, 30, 45, 60, 90)),
            "seals": int(source.random() < 0.2),
            "accounts": source.randrange(1, 4),
        }
        head = staff.head(power.matter.unit.code)
        key = f"demo:load:{power.pk}"
        take(TakingOver.change_answer, power.matter, head, data, key=key, at=AT + STEP / 2)


def _take_over(letter: Matter, staff: Staff, at: datetime) -> None:
    agreed = MunicipalPower.objects.filter(letter=letter.pk, answer=Answer.AGREE)
    for place, power in enumerate(agreed.select_related("matter__unit")[:HANDED_OVER]):
        head, when = staff.head(power.matter.unit.code), at
        steps = [(TakingOver.hand_over, {"on": at.date(), "document_number": "湛府〔2022〕58号"})]
        if place < TRAINED:
            steps.append((TakingOver.train, {"on": at.date(), "people": "3"}))
        if place < IN_USE:
            steps.append((TakingOver.first_case, {"number": f"{power.code}-2022-1"}))
        for step, data in steps:
            when += STEP
            take(step, power.matter, head, data, key=f"demo:{power.pk}:{step.name}", at=when)
