"""The reference district from the project's own copy of the data: units to seals."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from tongban.kernel.units.models import Unit, Village
from tongban.services.catalogue.models import (
    Audience,
    ItemKind,
    Material,
    ServiceItem,
    Situation,
    Source,
    Theme,
    ThemeItem,
)
from tongban.services.hall.models import Counter
from tongban.services.seals.authority import certify
from tongban.services.seals.models import Seal

FOLDER = Path(__file__).parent / "reference"
KINDS = {str(label): value for value, label in ItemKind.choices}
COUNTERS_A_UNIT = 2


def rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def load(today: date) -> None:
    """Everything that does not move: register, catalogue, counters, seals."""
    units = _units()
    _villages(units)
    items = _items(units)
    materials = _materials(items)
    _situations(items, materials)
    _themes(items)
    _counters(units)
    _seals(units, today)


def _units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for row in rows("units"):
        units[row["code"]] = Unit.objects.create(
            code=row["code"],
            name=row["name"],
            short_name=row["short_name"],
            kind=row["kind"],
            parent=units.get(row["parent"]),
            uscc=row["uscc"],
        )
    return units


def _villages(units: dict[str, Unit]) -> None:
    Village.objects.bulk_create(
        Village(code=r["code"], name=r["name"], kind=r["kind"], town=units[r["town_code"]])
        for r in rows("villages")
    )


def _items(units: dict[str, Unit]) -> dict[str, ServiceItem]:
    made = ServiceItem.objects.bulk_create(_item(row, units) for row in rows("items"))
    return {item.implementation_code: item for item in made}


def _item(row: dict[str, str], units: dict[str, Unit]) -> ServiceItem:
    return ServiceItem(
        implementation_code=row["implementation_code"],
        basic_code=row["basic_code"],
        name=row["name"],
        kind=KINDS[row["kind"]],
        by_application=row["by_application"] == "1",
        unit=units[row["unit_code"]],
        audience=row["audience"] or Audience.BOTH,
        statutory_days=_number(row["statutory_days"]),
        promised_days=_number(row["promised_days"]),
        commitment=row["commitment"],
        visits=_number(row["visits"]) or 0,
        online_depth=row["online_depth"],
        bookable=row["bookable"] == "1",
        in_hall=row["in_hall"] == "1",
        fee_yuan=_number(row["fee_yuan"]) or 0,
        result=row["result"],
        on_kiosk=row["on_kiosk"] == "1",
        cross_city=row["cross_city"] == "1",
        search_text=f"{row['name']} {row['result']}",
    )


def _materials(items: dict[str, ServiceItem]) -> dict[tuple[str, str], Material]:
    """A material listed twice for one item is one material; the first listing counts."""
    made: dict[tuple[str, str], Material] = {}
    for position, row in enumerate(rows("materials")):
        made.setdefault(
            (row["implementation_code"], row["name"]),
            Material(
                item=items[row["implementation_code"]],
                position=position,
                name=row["name"],
                form=row["form"],
                required=row["required"] == "1",
                shortage_tolerant=row["shortage_tolerant"] == "1",
                source=row["source"] or Source.APPLICANT,
            ),
        )
    Material.objects.bulk_create(made.values())
    return made


def _situations(items: dict[str, ServiceItem], materials: dict[tuple[str, str], Material]) -> None:
    """A material that a situation adds and the item does not list yet is made here."""
    made = []
    for position, row in enumerate(rows("situations")):
        code, name = row["implementation_code"], row["adds_material"]
        if name and (code, name) not in materials:
            materials[code, name] = Material.objects.create(
                item=items[code],
                position=10_000 + position,
                name=name,
                form="copy",
                source=Source.APPLICANT,
            )
        made.append(
            Situation(
                item=items[code],
                position=position,
                question=row["question"],
                option=row["option"],
                adds=materials.get((code, name)),
            )
        )
    Situation.objects.bulk_create(made)


def _themes(items: dict[str, ServiceItem]) -> None:
    themes = {
        r["code"]: Theme(code=r["code"], name=r["name"], audience=r["audience"])
        for r in rows("themes")
    }
    Theme.objects.bulk_create(themes.values())
    ThemeItem.objects.bulk_create(
        ThemeItem(
            theme=themes[r["theme_code"]],
            item=items[r["implementation_code"]],
            position=int(r["position"]),
            order=r["order"],
        )
        for r in rows("theme_items")
    )


def _counters(units: dict[str, Unit]) -> None:
    departments = [u for u in units.values() if u.kind == Unit.Kind.DEPARTMENT]
    Counter.objects.bulk_create(
        Counter(number=place * COUNTERS_A_UNIT + n + 1, unit=unit, letter=chr(ord("A") + place))
        for place, unit in enumerate(departments)
        for n in range(COUNTERS_A_UNIT)
    )


def _seals(units: dict[str, Unit], today: date) -> None:
    for row in rows("seals"):
        unit = units[row["unit_code"]]
        pem, to_on = certify(row["code"], unit.name, row["name"], today)
        Seal.objects.create(
            code=row["code"],
            unit=unit,
            name=row["name"],
            certificate=pem,
            from_on=today,
            to_on=to_on,
        )


def _number(text: str) -> int | None:
    return int(text) if text else None
