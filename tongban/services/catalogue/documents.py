"""An implementation list as a plain document: for the editor, imports, comparison and API.

    {"elements": {name: value}, "materials": [{name, kind, form, …}],
     "situations": [{question, option, adds, excludes}], "variants": [{suffix, name, answers}]}

A material is named by its name; `adds` names a material of the same document.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from tongban.kernel.ledger.canonical import canonical

from .elements import ELEMENTS, Elements
from .models import ImplementationList, Material, Situation, Variant

Document = dict[str, Any]
MATERIAL_FIELDS = (
    *("name", "kind", "form", "copies", "required", "shortage_tolerant", "e_certificate"),
    *("source", "sample_id", "blank_form_id"),
)
PARTS = ("materials", "situations", "variants")


def elements_of(row: Elements) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ELEMENTS}


def bare(elements: dict[str, Any]) -> Document:
    """A document without parts."""
    return {"elements": elements, **{part: [] for part in PARTS}}


def empty() -> Document:
    """What a list says that nobody has filled in."""
    return bare({field.name: field.get_default() for field in Elements._meta.local_fields})


def document(version: ImplementationList) -> Document:
    return documents([version])[version.pk]


def documents(versions: Iterable[ImplementationList]) -> dict[int, Document]:
    """The documents of many versions by their ids, in three statements."""
    rows = {version.pk: version for version in versions}
    found = {pk: bare(elements_of(row)) for pk, row in rows.items()}
    for material in Material.objects.filter(version__in=rows).order_by("version", "position"):
        values = {name: getattr(material, name) for name in MATERIAL_FIELDS}
        found[material.version_id]["materials"].append(values)
    situations = Situation.objects.filter(version__in=rows).order_by("version", "position")
    for pk, question, option, adds, excludes in situations.values_list(
        "version", "question", "option", "adds__name", "excludes"
    ):
        found[pk]["situations"].append(
            {"question": question, "option": option, "adds": adds or "", "excludes": excludes}
        )
    for variant in Variant.objects.filter(version__in=rows).order_by("version", "suffix"):
        found[variant.version_id]["variants"].append(
            {"suffix": variant.suffix, "name": variant.name, "answers": variant.answers}
        )
    return found


def keep(lines: Iterable[tuple[ImplementationList, Document]]) -> None:
    """Write unsaved versions with their parts, set by set."""
    pairs = list(lines)
    for version, wanted in pairs:
        for name, value in wanted["elements"].items():
            setattr(version, name, value)
    ImplementationList.objects.bulk_create([version for version, _ in pairs], batch_size=1000)
    keep_parts(pairs)


def keep_parts(lines: Iterable[tuple[ImplementationList, Document]]) -> None:
    """Materials first: situations point to them by their ids."""
    pairs = list(lines)
    materials = Material.objects.bulk_create(
        (
            Material(version=version, position=position, **values)
            for version, wanted in pairs
            for position, values in enumerate(wanted["materials"])
        ),
        batch_size=2000,
    )
    named = {(material.version_id, material.name): material for material in materials}
    Situation.objects.bulk_create(
        (
            Situation(
                version=version,
                position=position,
                **{**values, "adds": named.get((version.pk, values["adds"]))},
            )
            for version, wanted in pairs
            for position, values in enumerate(wanted["situations"])
        ),
        batch_size=2000,
    )
    Variant.objects.bulk_create(
        (Variant(version=v, **values) for v, wanted in pairs for values in wanted["variants"]),
        batch_size=2000,
    )


def changed(base: Document, changes: Document) -> Document:
    """The document with some elements, or whole parts, replaced."""
    return {
        "elements": {**base["elements"], **changes.get("elements", {})},
        **{part: changes.get(part, base[part]) for part in PARTS},
    }


def digest(lines: dict[str, Document]) -> str:
    """SHA-256 over the canonical documents of a change, by implementation code."""
    return hashlib.sha256(canonical(lines)).hexdigest()
