"""Collect the words of the screens and compile their English.

    python tools/messages.py            update the catalogue; exits 1 when English is missing
    python tools/messages.py --missing  print what has no English yet

Source words are Chinese; English stands in tongban/locale/en/LC_MESSAGES/django.po.
"""

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1] / "tongban"
FOLDER = PACKAGE / "locale" / "en" / "LC_MESSAGES"
PO = FOLDER / "django.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
}
NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # the same sources give the same bytes
CHINESE = re.compile(r"[一-鿿]")


def collected() -> Catalog:
    """Every message of the sources, with where it stands."""
    catalog = Catalog(
        locale="en",
        project="Tongban",
        version="",
        charset="utf-8",
        creation_date=NEVER,
        revision_date=NEVER,
    )
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            source = path.read_bytes()
        elif path.suffix == ".html":
            source = templatize("{% load i18n %}" + path.read_text(encoding="utf-8")).encode()
        else:
            continue
        found = extract("python", io.BytesIO(source), KEYWORDS)
        for _line, message, _comments, _context in found:
            words = message[0] if isinstance(message, tuple) else message
            if words and CHINESE.search(words):
                catalog.add(message, locations=[(str(path.relative_to(PACKAGE)), None)])
    return catalog


def updated() -> Catalog:
    """The sources' messages with the English known so far; what is gone is dropped."""
    catalog = collected()
    known = read_po(io.BytesIO(PO.read_bytes()), locale="en") if PO.exists() else None
    for message in catalog:
        old = known.get(message.id) if known and message.id else None
        if old:
            message.string = old.string
    return catalog


def keep(catalog: Catalog) -> None:
    with PO.open("wb") as file:
        write_po(file, catalog, sort_output=True, omit_header=False, width=100)


def missing(catalog: Catalog) -> list[str]:
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalog
        if message.id and not all(_parts(message.string))
    ]


def _parts(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string or ""),)


def compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> int:
    catalog = updated()
    if "--missing" in sys.argv:
        print("\n".join(missing(catalog)))
        return 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    keep(catalog)
    (FOLDER / "django.mo").write_bytes(compiled(catalog))
    lacking = missing(catalog)
    print(f"{len(catalog)} messages, {len(lacking)} without English")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
