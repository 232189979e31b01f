"""What a list promises beside what its cases took."""

from collections.abc import Callable
from dataclasses import dataclass

from .models import ServiceItem


@dataclass(frozen=True)
class Measured:
    """Working days used by closed cases. `within`: share of them inside the promise, percent."""

    cases: int
    median: float | None
    longest: int | None
    within: float | None


measures: list[Callable[[ServiceItem], Measured]] = []  # apps whose matters follow a list


def of(item: ServiceItem) -> Measured:
    return measures[0](item) if measures else Measured(0, None, None, None)
