"""The archive of a case 归档包: papers, materials, events and proof, readable without the platform.

A ZIP with a cover page in HTML, the files as they are, a list of digests that `sha256sum -c`
checks, and a proof that `sh` and OpenSSL check (GB/T 18894: 真实、完整、可用).
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tongban.kernel.files.models import StoredFile
from tongban.kernel.files.serving import made
from tongban.kernel.files.store import path_of, safe_name
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.chain import body
from tongban.kernel.ledger.proof import NotLogged, prove
from tongban.kernel.people.middleware import actor
from tongban.kernel.people.models import AccessLog, Account
from tongban.kernel.procedures import lists
from tongban.kernel.procedures.models import Matter
from tongban.kernel.screens import present
from tongban.kernel.screens.routes import told
from tongban.services.seals.models import SealedDocument

from .procedure import Handling

DIGESTS = "SHA256SUMS"


def archive(request: HttpRequest, number: str) -> Any:
    """For those who see the case, once it has ended; that it was taken out is logged."""
    matter = lists.one(Handling, number, actor(request))
    if matter is None:
        raise Http404
    if matter.is_open:
        return told(request, _("还不能归档"), _("办件办结以后才能归档，请办结后再下载。"), 409)
    assert isinstance(request.user, Account)
    if matter.applicant:
        AccessLog.objects.create(
            reader=request.user,
            subject=matter.applicant,
            fields="archive",
            purpose=f"{matter.number} {_('归档')}",
        )
    return made(partial(write, matter), f"{matter.number}.zip")


def write(matter: Matter, out: IO[bytes]) -> None:
    """Files are stored as they are: they are compressed already."""
    papers, materials = list(papers_of(matter, "文书")), list(_materials(matter))
    events = list(matter.events.order_by("seq"))
    lines = b"".join(canonical(body(matter.number, event)) + b"\n" for event in events)
    sums: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:

        def add(name: str, content: bytes) -> None:
            package.writestr(name, content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")

        for name, stored in (*papers, *materials):
            package.write(path_of(stored.digest), name)
            sums.append(f"{stored.digest}  {name}\n")
        signed = SealedDocument.objects.filter(matter=matter).exclude(sm2_signature=b"")
        for paper in signed.select_related("seal"):
            add(f"文书/{safe_name(paper.number)}.sm2.sig", bytes(paper.sm2_signature))
            assert paper.seal is not None
            add(f"文书/{safe_name(paper.number)}.sm2.pem", paper.seal.sm2_public.encode())
        add("经过/events.jsonl", lines)
        for name, content in _proof(events):
            add(f"证明/{name}", content)
        cover = {
            "matter": matter,
            "history": present.history(matter, events),
            "papers": papers,
            "materials": materials,
        }
        add("封面.html", render_to_string("cases/archive.html", cover).encode())
        package.writestr(DIGESTS, "".join(sums))


def papers_of(matter: Matter, folder: str) -> Iterator[tuple[str, StoredFile]]:
    """Its sealed papers, each as PDF and OFD, by the name it gets in a package."""
    rows = SealedDocument.objects.filter(matter=matter, file__isnull=False)
    for place, paper in enumerate(rows.select_related("file", "ofd"), start=1):
        assert paper.file is not None
        name = f"{folder}/{place:02d} {safe_name(f'{paper.title} {paper.number}')}"
        yield f"{name}.pdf", paper.file
        if paper.ofd:
            yield f"{name}.ofd", paper.ofd


def _materials(matter: Matter) -> Iterator[tuple[str, StoredFile]]:
    rows = matter.detail.materials.select_related(
        "material", "upload__file", "certificate__document__file"
    )
    for place, row in enumerate(rows, start=1):
        certificate = row.certificate.document if row.certificate else None
        stored = row.upload.file if row.upload else certificate.file if certificate else None
        if stored:
            name = row.upload.name if row.upload else f"{certificate}.pdf"
            yield f"材料/{place:03d} {safe_name(f'{row.material.name} {name}')}", stored


def _proof(events: list[Any]) -> Iterator[tuple[str, bytes]]:
    """Of the last event, whose chain holds all before it; nothing while it is not logged yet."""
    with tempfile.TemporaryDirectory() as made:
        try:
            prove(events[-1], Path(made))
        except NotLogged:
            return
        for path in sorted(Path(made).iterdir()):
            yield path.name, path.read_bytes()
