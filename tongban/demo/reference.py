"""The reference district from the project's own copy of the data: units to seals."""

from datetime import date, datetime, time

from tongban.kernel.people.actor import the_system
from tongban.kernel.procedures.taking import CHINA, take
from tongban.kernel.units.models import Unit, Village
from tongban.services.booking.slots import group_of
from tongban.services.catalogue import documents, joint, versions
from tongban.services.catalogue.documents import Document
from tongban.services.catalogue.models import (
    CatalogueItem,
    ImplementationList,
    ServiceItem,
    Status,
    Theme,
    ThemeBatch,
    ThemeItem,
)
from tongban.services.hall.models import Counter, Serving
from tongban.services.seals.procedure import Sealing

from . import enterprise, form_fields, growth, hall_life, papers
from .elements import elements_of, material_of
from .rows import rows

STOCK_ON = date(2021, 1, 1)  # from when the lists that the district began with are in force
COUNTERS_A_UNIT = 2


def load(today: date, *, grown: bool = False) -> None:
    """Everything that does not move: register, catalogue, counters, seals."""
    units = _units()
    _villages(units)
    form_fields.load()
    items = _items(units, grown=grown)
    _themes(items, units)
    _counters(units)
    _seals(today)
    enterprise.load_register(units)
    hall_life.load()


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
            address=row["address"],
            latitude=float(row["latitude"]) if row["latitude"] else None,
            longitude=float(row["longitude"]) if row["longitude"] else None,
        )
    return units


def _villages(units: dict[str, Unit]) -> None:
    Village.objects.bulk_create(
        Village(code=r["code"], name=r["name"], kind=r["kind"], town=units[r["town_code"]])
        for r in rows("villages")
    )


def _items(units: dict[str, Unit], *, grown: bool) -> dict[str, ServiceItem]:
    """Items with the first version of their lists; grown: at the size of a whole district."""
    given = list(rows("items"))
    more = growth.items(given, list(rows("subjects"))) if grown else []
    by_code = {row["implementation_code"]: row for row in [*given, *more]}
    wanted = {code: documents.bare(elements_of(row)) for code, row in by_code.items()}
    items = {code: _item(row, units) for code, row in by_code.items()}
    ServiceItem.objects.bulk_create(items.values(), batch_size=2000)
    CatalogueItem.objects.bulk_create(
        CatalogueItem(
            basic_code=row["basic_code"], name=row["name"], kind=wanted[code]["elements"]["kind"]
        )
        for code, row in by_code.items()
    )
    _materials(wanted, [*rows("materials"), *growth.materials(more)])
    _situations(wanted)
    papers.add(wanted)
    form_fields.add(wanted)
    documents.keep(
        (
            ImplementationList(item=item, number=1, status=item.status, from_on=STOCK_ON),
            wanted[code],
        )
        for code, item in items.items()
    )
    versions.show_all()
    return items


def _item(row: dict[str, str], units: dict[str, Unit]) -> ServiceItem:
    """The item alone: its elements come from the version that is put in force."""
    return ServiceItem(
        implementation_code=row["implementation_code"],
        basic_code=row["basic_code"],
        unit=units[row["unit_code"]],
        status=Status.PUBLISHED,
    )


def _materials(wanted: dict[str, Document], given: list[dict[str, str]]) -> None:
    """A material listed twice for one item is one material; the first listing counts."""
    for row in given:
        materials = wanted[row["implementation_code"]]["materials"]
        if all(known["name"] != row["name"] for known in materials):
            materials.append(material_of(row))


def _situations(wanted: dict[str, Document]) -> None:
    """A material that a situation adds and the item does not list yet is made here."""
    for row in rows("situations"):
        line, name = wanted[row["implementation_code"]], row["adds_material"]
        bars = name.startswith("不符合")
        if name and not bars and all(known["name"] != name for known in line["materials"]):
            line["materials"].append(
                material_of(
                    {
                        **dict.fromkeys(("kind", "e_certificate", "source"), ""),
                        "name": name,
                        "form": "copy",
                        "required": "1",
                        "shortage_tolerant": "0",
                    }
                )
            )
        line["situations"].append(
            {
                "question": row["question"],
                "option": row["option"],
                "adds": "" if bars else name,
                "excludes": name if bars else "",
            }
        )


def _themes(items: dict[str, ServiceItem], units: dict[str, Unit]) -> None:
    batches = {r["document_number"]: ThemeBatch(**r) for r in rows("theme_batches")}
    ThemeBatch.objects.bulk_create(batches.values())
    themes = {
        r["code"]: Theme(
            **{name: r[name] for name in ("code", "name", "audience", "life_event")},
            lead_unit=units[r["lead_unit"]],
            batch=batches.get(r["batch"]),
            from_on=STOCK_ON,
        )
        for r in rows("themes")
    }
    Theme.objects.bulk_create(themes.values())
    parts: dict[str, list[dict[str, str]]] = {}
    for row in rows("theme_items"):
        parts.setdefault(row["theme_code"], []).append(row)
    for theme, of_theme in parts.items():
        waits = joint.waits((r["implementation_code"], r["order"]) for r in of_theme)
        ThemeItem.objects.bulk_create(
            ThemeItem(
                theme=themes[theme],
                item=items[r["implementation_code"]],
                position=int(r["position"]),
                after=list(waits[r["implementation_code"]]),
            )
            for r in of_theme
        )


def _counters(units: dict[str, Unit]) -> None:
    departments = [u for u in units.values() if u.kind == Unit.Kind.DEPARTMENT]
    for place, unit in enumerate(departments):
        group = group_of(unit, chr(ord("A") + place))
        counters = Counter.objects.bulk_create(
            Counter(number=place * COUNTERS_A_UNIT + n + 1, unit=unit)
            for n in range(COUNTERS_A_UNIT)
        )
        Serving.objects.bulk_create(Serving(counter=c, group=group) for c in counters)


def _seals(today: date) -> None:
    begins = datetime.combine(today, time(), CHINA)
    for row in rows("seals"):
        data = {key: row[key] for key in ("code", "name")}
        data |= {"unit": row["unit_code"], "kind": row["holder_kind"]}
        key = f"seal:{row['code']}"
        take(Sealing.register, None, the_system(), data, key=key, at=begins)
