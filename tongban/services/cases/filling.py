"""What every page shares on which an application is filled in: questions, files, certificates."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongban.kernel.files.joining import joined
from tongban.kernel.files.models import Upload
from tongban.kernel.files.receiving import cut_off
from tongban.kernel.files.store import Refused, receive
from tongban.kernel.people.models import Account
from tongban.services.catalogue.models import Material
from tongban.services.catalogue.situations import Question
from tongban.services.certificates import wallet
from tongban.services.certificates.models import Certificate

from .opening import is_handed_in, must_be_handed_in


@dataclass(frozen=True)
class Row:
    """A material on the page: the file kept for it, and the certificate that may stand in."""

    material: Material
    upload: Upload | None
    certificate: Certificate | None

    @property
    def is_handed_in(self) -> bool:
        return is_handed_in(self.material)

    def is_missing(self, *, consent: bool) -> bool:
        has = self.upload or (consent and self.certificate)
        return must_be_handed_in(self.material) and not has


def rows_of(
    uploads: Mapping[str, str],
    wanted: Collection[Material],
    account: int,
    holders: Collection[int] = (),
) -> list[Row]:
    """Two statements: the files of this account, the certificates of these holders."""
    own = Upload.objects.filter(pk__in=uploads.values(), account=account).select_related("file")
    found = {str(upload.pk): upload for upload in own}
    held = wallet.instead(wanted, holders)
    return [Row(m, found.get(uploads.get(m.name, "")), held.get(m.name)) for m in wanted]


def take_in(request: HttpRequest, uploads: dict[str, str], wanted: list[Material]) -> list[str]:
    """Store the files of the request; what is refused is told by name, the rest is kept."""
    faults = [fault] if (fault := cut_off(request)) else []
    assert isinstance(request.user, Account)
    scanned, unknown = by_material(request.FILES.getlist("folder"), wanted)
    faults += [_("“%s”认不出是哪份材料，请用材料名称做文件名") % name for name in unknown]
    for material in wanted:
        files = [*request.FILES.getlist(f"file-{material.pk}"), *scanned.get(material.name, [])]
        if not files:
            continue
        try:
            upload = _received(files, material, request.user)
            uploads[material.name] = str(upload.pk)
        except Refused as refused:
            faults.append(f"{material.name}：{refused}")
    return faults


def _received(files: list["UploadedFile[Any]"], material: Material, account: Account) -> Upload:
    if len(files) == 1:
        return receive(files[0].chunks(), files[0].name or "", account)
    return receive([joined(files)], f"{material.name}.pdf", account)


def by_material(
    files: Collection["UploadedFile[Any]"], wanted: Collection[Material]
) -> tuple[dict[str, list["UploadedFile[Any]"]], list[str]]:
    """The files of a scanner's folder by material, and the names that fit none. A file is named
    for its material, with whatever behind it that orders the pages."""
    found: dict[str, list[UploadedFile[Any]]] = {}
    unknown = []
    for file in sorted(files, key=lambda f: f.name or ""):
        stem = PurePath(file.name or "").stem
        fits = [m.name for m in wanted if stem.startswith(m.name)]
        if fits:
            found.setdefault(max(fits, key=len), []).append(file)
        else:
            unknown.append(file.name or "")
    return found, unknown


def asked(
    questions: Iterable[Question], answers: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The questions as a form shows them: numbered by place, so that no name is needed."""
    return [
        (q.text, [(option, answers.get(q.text) == option) for option in q.options])
        for q in questions
    ]


def answers_of(questions: Iterable[Question], given: Any) -> dict[str, str]:
    """Answers by question from fields named q1, q2 …"""
    named = {q.text: str(given.get(f"q{n}", "")) for n, q in enumerate(questions, start=1)}
    return {question: answer for question, answer in named.items() if answer}
