"""What a bench says: name, value, unit, the raw limit of the same run, and their ratio."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """ratio: ours ÷ raw for rates, raw ÷ ours for times, so that higher is better."""

    name: str
    value: float
    unit: str
    raw: float | None = None
    ratio: float | None = None
    details: dict[str, Any] = field(default_factory=dict)


def rate(name: str, value: float, raw: float, **details: Any) -> Figure:
    ratio = round(value / raw, 3) if raw else None
    return Figure(name, round(value, 1), "per second", round(raw, 1), ratio, details)


def show(figures: list[Figure], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(f) for f in figures], ensure_ascii=False))
        return
    for f in figures:
        raw = "" if f.raw is None else f"  raw {f.raw:g}  ratio {f.ratio:g}"
        details = "  ".join(f"{name} {value}" for name, value in f.details.items())
        print(f"{f.name}: {f.value:g} {f.unit}{raw}  {details}".rstrip())
