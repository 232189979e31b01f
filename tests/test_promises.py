"""Promises about the tree itself: vendored files, settings, doors to the ledger."""

import hashlib
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "tongban" / "static" / "vendor"


def test_vendored_files_are_the_released_ones_and_carry_their_licence():
    listed = dict(
        reversed(line.split("  ")) for line in (VENDOR / "SHA256SUMS").read_text().splitlines()
    )
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert found == listed
    folders = {Path(name).parts[0] for name in found}
    assert all((VENDOR / folder / "LICENSE").exists() for folder in folders)


def test_every_setting_is_on_the_page_of_settings():
    page = (ROOT / "docs" / "settings.md").read_text()
    named = set()
    for path in (ROOT / "tongban").rglob("*.py"):
        named |= set(re.findall(r'["\'](TONGBAN_[A-Z_]+|DATABASE_URL)["\']', path.read_text()))
    assert {name for name in named if name not in page} == set()


def test_no_registry_and_no_machine_is_named_in_the_tree():
    hosts = re.compile(r"pypi\.org|pythonhosted|npmjs|registry\.|/(?:root|home)/[a-z]")
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in files.stdout.split():
        path = ROOT / name
        if path.suffix in (".png", ".ogg", ".mo", ".min.css") or path == Path(__file__):
            continue
        assert not hosts.search(path.read_text(encoding="utf-8")), name


def test_only_take_writes_events_and_states():
    """A second way to change a state would be a hole in every promise of the core."""
    writers = re.compile(r"Event\.objects\.(create|bulk_create)|\.state = |\.update\(state=")
    allowed = {"procedures/taking.py", "demo/bulk.py", "notices/sending.py", "screens/outbox.py"}
    found = {
        str(path)
        for path in (ROOT / "tongban").rglob("*.py")
        if writers.search(path.read_text()) and not str(path).endswith(tuple(allowed))
    }
    assert found == set()


def test_no_lock_stands_in_the_way_of_rows_that_only_name_the_locked_one():
    """A plain `for update` also stops whoever inserts a row that refers to the locked one, and
    two who wait for each other so end in a deadlock. Ours say `no key`: keys never change."""
    plain = re.compile(r"(?<!no key )\bfor update\b|select_for_update\((?!.*no_key=True)")
    found = {
        str(path)
        for path in (ROOT / "tongban").rglob("*.py")
        if plain.search(path.read_text(encoding="utf-8"))
    }
    assert found == set()
