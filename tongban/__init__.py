"""Tongban 通办: the digital government of a district on one core."""

__version__ = "0.1.0"
