"""Merkle tree over the log, as RFC 6962 section 2.1 with SM3 in place of SHA-256."""

from collections.abc import Iterable, Sequence

from ..trust.sm3 import sm3

LEAF, NODE = b"\x00", b"\x01"
EMPTY = sm3(b"")


def leaf(event_hash: bytes) -> bytes:
    return sm3(LEAF + event_hash)


def node(left: bytes, right: bytes) -> bytes:
    return sm3(NODE + left + right)


class Frontier:
    """The right edge of a growing tree: the roots of its full subtrees, largest first.

    Appending costs O(1) on average however large the tree is.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()):
        self.size, self.peaks = size, list(peaks)

    def append(self, event_hash: bytes) -> None:
        carried, height = leaf(event_hash), self.size
        while height & 1:
            carried = node(self.peaks.pop(), carried)
            height >>= 1
        self.peaks.append(carried)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node(peak, root)
        return root


def root(hashes: Sequence[bytes]) -> bytes:
    """The plain recursive definition, MTH of RFC 6962."""
    if not hashes:
        return EMPTY
    if len(hashes) == 1:
        return leaf(hashes[0])
    split = _split(len(hashes))
    return node(root(hashes[:split]), root(hashes[split:]))


def inclusion(index: int, hashes: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """Siblings from leaf to root, each with the side it stands on: "left" or "right"."""
    if len(hashes) == 1:
        return []
    split = _split(len(hashes))
    if index < split:
        return [*inclusion(index, hashes[:split]), ("right", root(hashes[split:]))]
    return [*inclusion(index - split, hashes[split:]), ("left", root(hashes[:split]))]


def climb(event_hash: bytes, path: Iterable[tuple[str, bytes]]) -> bytes:
    """The root that an inclusion path leads to."""
    reached = leaf(event_hash)
    for side, sibling in path:
        reached = node(sibling, reached) if side == "left" else node(reached, sibling)
    return reached


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
