"""What was asked already while a set of attempts is worked on in one transaction.

Inside `remembering` a question of `Once` is asked once: only for questions whose answer none of
the set changes for another of the set.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Answers = dict[tuple[Any, ...], list[Any]]
_answers: ContextVar[Answers | None] = ContextVar("answers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    before = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(before)


def remembered() -> Answers | None:
    """None outside a set, where every question is asked anew."""
    return _answers.get()
