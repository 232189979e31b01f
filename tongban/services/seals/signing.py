"""Sealing a PDF: whether the seal may be used, and where it stands (the signature: pades.py)."""

from datetime import datetime

from .models import Seal

BOX = (370, 150, 490, 270)  # points from the lower left: 42 mm, over unit name and date


class SealNotInForce(Exception):
    """The text says which seal and until when."""


def seal_pdf(pdf: bytes, seal: Seal, at: datetime, reason: str) -> bytes:
    """Sealed bytes. Raises SealNotInForce outside the seal's period, or while it is suspended."""
    if not seal.in_force_at(at):
        raise SealNotInForce(f"{seal.name}（{seal.from_on} 至 {seal.to_on}）不在有效期内或已停用")
    from . import pades  # loaded by who seals

    return pades.sign(pdf, seal, BOX, reason)
