"""A full disk: files are refused by name, nothing of them is kept and nothing is lost."""

import resource
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import district
from tests.test_bad_input import citizen, phone, picture, upload, words  # noqa: F401
from tongban.kernel.files.models import StoredFile, Upload
from tongban.kernel.files.store import Refused, keep, path_of, root
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling
from tongban.services.seals.models import SealedDocument
from tongban.services.seals.verifying import VALID, verify

pytestmark = pytest.mark.django_db


@contextmanager
def full_disk(room=100_000):
    """The system itself refuses to write any file of this process further than this."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_refuses_files_by_name_keeps_nothing_and_takes_them_when_there_is_room(phone):  # noqa: F811
    large, told = picture() + b"\x00" * 300_000, "服务器没有地方存放文件“图.jpg”"
    temporary = set(Path(tempfile.gettempdir()).glob("*.upload*"))
    before = StoredFile.objects.count()
    with full_disk():
        for _press in range(10):
            answer = upload(phone, "图.jpg", large)
            assert answer.status_code == 422 and told in words(answer)
        for _piece in range(10):
            with pytest.raises(Refused, match=told):
                keep([large[:90_000], large[90_000:]], "图.jpg")
    assert (StoredFile.objects.count(), Upload.objects.count()) == (before, 0)
    assert list(root().rglob("taking-*")) == []
    assert set(Path(tempfile.gettempdir()).glob("*.upload*")) == temporary
    assert upload(phone, "图.jpg", large).status_code == 200
    assert Upload.objects.get().file.size == len(large)


def test_a_paper_that_finds_no_room_is_sealed_later_under_the_number_it_was_given(citizen):  # noqa: F811
    matter = district.applied(citizen)
    event = take(Handling.accept, matter, district.person("chen"), key="a", at=district.NOON)
    with full_disk(60_000):
        for _try in range(3):
            with pytest.raises(Refused, match="没有地方"):
                run_work(name="document", matter_id=matter.pk, event_id=event.pk)
    waiting = SealedDocument.objects.get()
    assert waiting.file is None and list(root().rglob("taking-*")) == []
    run_work(name="document", matter_id=matter.pk, event_id=event.pk)
    paper = SealedDocument.objects.get()
    assert paper.number == waiting.number and paper.file is not None and paper.ofd is not None
    assert verify(path_of(paper.file.digest).read_bytes()).answer == VALID
