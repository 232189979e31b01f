"""Giving a stored file back; the caller has checked that the person may see it."""

import tempfile
from collections.abc import Callable
from typing import IO
from urllib.parse import quote

from django.http import FileResponse

from .models import StoredFile
from .store import path_of

SHOWN = ("application/pdf", "image/jpeg", "image/png")


def serve(stored: StoredFile, name: str) -> FileResponse:
    """Served under its sniffed type, never sniffed again by the browser, and framed by no page but
    our own: papers are looked at beside the form, and printed from a frame."""
    answer = FileResponse(path_of(stored.digest).open("rb"), content_type=stored.media_type)
    shown = "inline" if stored.media_type in SHOWN else "attachment"
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer._csp_replace = {"frame-ancestors": ["'self'"]}  # type: ignore[attr-defined]
    return answer


def made(write: Callable[[IO[bytes]], None], name: str) -> FileResponse:
    """A file that is written now, kept nowhere."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name)
