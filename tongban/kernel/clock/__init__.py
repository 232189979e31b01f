"""Working days, deadlines, pauses and lights: pure functions over a calendar."""

from .calendar import Calendar, LimitError, published
from .rules import Clock, Deadline, Fact, Light, Limit, Move, apply, deadline, fold, light

__all__ = [
    "Calendar",
    "Clock",
    "Deadline",
    "Fact",
    "Light",
    "Limit",
    "LimitError",
    "Move",
    "apply",
    "deadline",
    "fold",
    "light",
    "published",
]
