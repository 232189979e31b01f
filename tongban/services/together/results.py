"""All results of one thing in one package: a folder for each item, each paper as PDF and OFD."""

import tempfile
import zipfile

from django.http import FileResponse, Http404, HttpRequest

from tongban.kernel.files.store import path_of, safe_name
from tongban.kernel.people.middleware import actor
from tongban.kernel.screens.mine import mine_or_404
from tongban.services.cases.archive import papers_of

from .procedure import Joint


def package(request: HttpRequest, number: str) -> FileResponse:
    """For the applicant and who acts for them. Files are stored as they are: they are compressed
    already."""
    matter = mine_or_404(request, number)
    if matter.kind != Joint.code or matter.applicant_id not in actor(request).applicant_ids:
        raise Http404
    parts = matter.detail.parts.filter(case__isnull=False).select_related("case", "item")
    folders = [
        (f"{n:02d} {safe_name(part.item.name)}", part.case) for n, part in enumerate(parts, 1)
    ]
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
        for folder, of in [("00 收件凭证", matter), *folders]:
            for name, stored in papers_of(of, folder):
                made.write(path_of(stored.digest), name)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{matter.number}-results.zip")
