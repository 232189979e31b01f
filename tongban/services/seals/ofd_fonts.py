"""Fonts carried by an OFD (GB/T 33190—2016 7.9): of each only the letters that are drawn, so that
a reader without Chinese fonts shows them, and shows them the same in fifty years."""

from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import uharfbuzz

from .fonts import SANS, SERIF

NAMES = {SERIF: "NotoSerifSC", SANS: "NotoSansSC"}


class Fonts:
    """Ids of the fonts of a document, given as they are first met; each with its letters."""

    def __init__(self, ids: "count[int]"):
        self.ids = ids
        self.found: dict[Path, tuple[str, set[str]]] = {}

    def drawn(self, name: str, letters: str) -> str:
        """The id of the font that a PDF calls by this name; the letters will be carried."""
        path = SANS if "Sans" in name else SERIF
        if path not in self.found:
            self.found[path] = (str(next(self.ids)), set())
        key, known = self.found[path]
        known.update(letters)
        return key

    def carried(self) -> Iterator[tuple[str, str, str, bytes]]:
        """Id, name, name of the file and the file of each."""
        for path, (key, letters) in self.found.items():
            yield key, NAMES[path], f"{NAMES[path]}{path.suffix}", subset(path, letters)


def subset(path: Path, letters: set[str]) -> bytes:
    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).set({ord(c) for text in letters for c in text})
    made = uharfbuzz.subset(_face(path), wanted)
    return bytes(made.blob.data)


@cache
def _face(path: Path) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
