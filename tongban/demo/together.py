"""A few people who asked for one thing, with one form and one set of papers for all its parts."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from tongban.kernel.files.models import StoredFile, Upload
from tongban.kernel.files.store import keep
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.taking import take
from tongban.services.cases.opening import must_be_handed_in
from tongban.services.catalogue.form_fields import FieldKind, FormField
from tongban.services.catalogue.models import Theme
from tongban.services.seals.typesetting import typeset
from tongban.services.together.procedure import Joint
from tongban.services.together.subject import OneTheme

from .papers import EXAMPLE, TEMPLATE
from .people import SHOPKEEPER, with_check

THEMES = ("TH01", "TH24")
HOURS = 20  # before now
EXAMPLES = {
    FieldKind.NUMBER: "60",
    FieldKind.DAY: "2026-01-05",
    FieldKind.YES: "否",
    FieldKind.ID_NUMBER: with_check(SHOPKEEPER[1][:17]),
    FieldKind.USCC: "11440800MB2C101856",
    FieldKind.PHONE: "13800138000",
    FieldKind.TOWN: "T2",
}


def load(now: datetime) -> int:
    """One application for each of these themes, by one person each. Returns how many."""
    people = Account.objects.filter(applicant__isnull=False).select_related("applicant")
    at = now - timedelta(hours=HOURS)
    for account, code in zip(people.order_by("pk"), THEMES, strict=False):
        assert account.applicant is not None
        subject = OneTheme(Theme.objects.get(code=code))
        answers = {q.text: q.options[-1] for q in subject.questions}
        wanted = [m for m in subject.under(answers) if must_be_handed_in(m)]
        paper = _paper(subject.name)
        upload = Upload.objects.create(account=account, file=paper, name="材料.pdf")
        data: dict[str, Any] = {
            "theme": code,
            "answers": answers,
            "uploads": {material.name: upload.pk for material in wanted},
            "facts": {one.field.key: _filled(one.field) for one in subject.fields(answers)},
            "consent": True,
        }
        person = actor_of(account, now.date())
        take(Joint.apply, None, person, data, key=f"demo-together-{code}", at=at)
    return len(THEMES)


def _filled(field: FormField) -> str:
    if field.kind == FieldKind.CHOICE:
        return field.options()[0]
    return EXAMPLES.get(FieldKind(field.kind), "东海大道 12 号海味饭店")


def _paper(name: str) -> StoredFile:
    facts = {"title": "申请材料", "item": name, "values": EXAMPLE}
    return keep([typeset(TEMPLATE, facts, settings.PUBLIC_ADDRESS)], "材料.pdf")
