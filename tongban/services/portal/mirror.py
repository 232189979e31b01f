"""`tongban mirror DIR`: every guide, theme and power list as files, for a kiosk or a mirror without
a server. Links among them are relative; what needs the server leads to its public address."""

import argparse
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tongban.kernel.units.models import Unit
from tongban.services.catalogue.models import ServiceItem, Status, Theme

MANIFEST = "mirror.json"  # path → digest of what was written, so that a second run only adds
LINK = re.compile(r'(?P<name>href|src|action)="(?P<path>[/?][^"]*)"')
PAPER = re.compile(r"/items/[0-9A-Z]+/papers/[0-9]+/[a-z_]+/")
SCRIPTED = re.compile(r' hx-[a-z]+="[^"]*"')
TOKEN = re.compile(r'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>')
STEP = 100


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path)


def run(chosen: argparse.Namespace) -> int:
    written, same = write(chosen.folder)
    print(f"写入 {written} 页，{same} 页没有变化")
    return 0


def pages() -> Iterator[str]:
    """Addresses of everything public that stands still."""
    yield from ("/", "/themes/", "/powers/")
    items = ServiceItem.objects.filter(status=Status.PUBLISHED, by_application=True)
    for code in items.order_by("pk").values_list("implementation_code", flat=True):
        yield f"/items/{code}/"
    for code in Theme.objects.filter(withdrawn_on=None).values_list("code", flat=True):
        yield f"/themes/{code}/"
    with_items = Unit.objects.filter(items__status=Status.PUBLISHED).distinct()
    for code in with_items.order_by("code").values_list("code", flat=True):
        yield f"/powers/{code}/"


def write(folder: Path) -> tuple[int, int]:
    """Returns how many pages were written and how many were as before. What is no longer public
    is removed; a run cut short is taken up by the next."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    before: dict[str, str] = json.loads(manifest.read_text()) if manifest.exists() else {}
    known = list(pages())
    wanted, now, written = set(known), {}, 0
    still = Still(folder, Client(headers={"accept-language": "zh-hans"}), wanted)
    for number, path in enumerate(known, start=1):
        content = still.page(path)
        digest = hashlib.sha256(content.encode()).hexdigest()
        place = _place(folder, path)
        if before.get(path) != digest or not place.exists():
            _replace(place, content.encode())
            written += 1
        now[path] = digest
        if number % STEP == 0 or number == len(known):
            _replace(manifest, json.dumps({**before, **now}).encode())
            print(f"\r{number}/{len(known)}", end="", file=sys.stderr, flush=True)
    for path in set(before) - wanted:
        _place(folder, path).unlink(missing_ok=True)
    _replace(manifest, json.dumps(now).encode())
    print(file=sys.stderr)
    return written, len(known) - written


class Still:
    """Pages made to stand still; the files they need are written beside them."""

    def __init__(self, folder: Path, client: Client, wanted: set[str]):
        self.folder, self.client, self.wanted = folder, client, wanted
        self.files: dict[str, str] = {}  # address → place below the folder

    def page(self, path: str) -> str:
        html = self.client.get(path).content.decode()
        up = "../" * (path.count("/") - 1) or "./"

        def turned(link: re.Match[str]) -> str:
            name, target = link["name"], link["path"]
            if target in self.wanted:
                return f'{name}="{up}{target.lstrip("/")}index.html"'
            if target.startswith("/static/") or PAPER.fullmatch(target):
                return f'{name}="{up}{self._file(target)}"'
            whole = path + target if target.startswith("?") else target
            return f'{name}="{settings.PUBLIC_ADDRESS}{whole}"'

        return LINK.sub(turned, TOKEN.sub("", SCRIPTED.sub("", html)))

    def _file(self, address: str) -> str:
        """Kept once, under the ending of its type."""
        if address not in self.files:
            if address.startswith("/static/"):
                place = address.lstrip("/")
                found = finders.find(address.removeprefix("/static/"))
                content = Path(str(found)).read_bytes()
            else:
                answer = self.client.get(address)
                place = address.strip("/") + "." + answer["Content-Type"].rpartition("/")[2]
                content = answer.getvalue()
            _replace(self.folder / place, content)
            self.files[address] = place
        return self.files[address]


def _place(folder: Path, path: str) -> Path:
    return folder / path.lstrip("/") / "index.html"


def _replace(place: Path, content: bytes) -> None:
    """Whole or not at all."""
    place.parent.mkdir(parents=True, exist_ok=True)
    waiting = place.with_name(f".{place.name}.new")
    waiting.write_bytes(content)
    os.replace(waiting, place)  # noqa: PTH105 - what it says
