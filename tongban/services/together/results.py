"""All results of one thing in one package: a folder for each item, each paper as PDF and OFD."""

import zipfile
from functools import partial
from typing import IO

from django.http import FileResponse, Http404, HttpRequest

from tongban.kernel.files.serving import made
from tongban.kernel.files.store import path_of, safe_name
from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.models import Matter
from tongban.kernel.screens.mine import mine_or_404
from tongban.services.cases.archive import papers_of

from .procedure import Joint


def package(request: HttpRequest, number: str) -> FileResponse:
    """For the applicant and who acts for them."""
    matter = mine_or_404(request, number)
    if matter.kind != Joint.code or matter.applicant_id not in actor(request).applicant_ids:
        raise Http404
    return made(partial(_write, matter), f"{matter.number}-results.zip")


def _write(matter: Matter, out: IO[bytes]) -> None:
    """Files are stored as they are: they are compressed already."""
    parts = matter.detail.parts.filter(case__isnull=False).select_related("case", "item")
    folders = [
        (f"{n:02d} {safe_name(part.item.name)}", part.case) for n, part in enumerate(parts, 1)
    ]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for folder, of in [("00 收件凭证", matter), *folders]:
            for name, stored in papers_of(of, folder):
                package.write(path_of(stored.digest), name)
