"""The archive of a case opens without the platform and proves itself with common tools."""

import io
import subprocess
import zipfile

import pytest
from django.test import Client

from tests.services.test_case_roads import Desk
from tongban.kernel.ledger.checkpoints import make_checkpoint
from tongban.kernel.people.models import AccessLog, Account
from tongban.kernel.procedures.after import run_work

pytestmark = pytest.mark.django_db


def clerk(name="chen"):
    client = Client()
    account = Account.objects.get(username=name)
    client.force_login(account, "tongban.kernel.people.signin.StaffBackend")
    return client


def test_papers_materials_events_and_proof_in_one_package(db, tmp_path):
    desk = Desk()
    address = f"/desk/case/{desk.case.number}/archive/"
    assert clerk().get(address).status_code == 409  # not while it is open
    for step, who, data in (
        ("accept", "chen", None),
        ("refuse", "liang", {"reason": "与污染源距离不足"}),
    ):
        event = desk.take(step, who, data, days=0)
        run_work(name="document", matter_id=desk.case.pk, event_id=event.pk)
        desk.case.refresh_from_db()
        desk.at = desk.case.changed_at
    make_checkpoint(desk.at)
    assert clerk("ye").get(address).status_code == 404  # of another unit
    answer = clerk().get(address)
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as package:
        package.extractall(tmp_path)
        names = package.namelist()
    assert sum(name.endswith(".pdf") for name in names) == 2
    assert sum(name.endswith(".sm2.sig") for name in names) == 2
    assert "封面.html" in names and "经过/events.jsonl" in names
    sums = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True
    )
    assert sums.returncode == 0, sums.stdout
    assert len(sums.stdout.splitlines()) == len(names) - 1
    proof = subprocess.run(["sh", "证明/check.sh"], cwd=tmp_path, capture_output=True, text=True)
    assert "stands in the ledger" in proof.stdout, proof.stderr
    lines = (tmp_path / "经过/events.jsonl").read_text().splitlines()
    assert len(lines) == desk.case.head_seq
    assert AccessLog.objects.get().fields == "archive"
    cover = (tmp_path / "封面.html").read_text()
    assert "李*明" in cover and "李小明" not in cover
    pdf = next(tmp_path.glob("文书/*.pdf"))
    pdf.write_bytes(pdf.read_bytes()[:-1] + b"x")
    changed = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True)
    assert changed.returncode != 0
