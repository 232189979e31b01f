"""Fields of the library beyond those shipped, and which items of two themes ask for them."""

from typing import Any

from tongban.services.catalogue.documents import Document
from tongban.services.catalogue.form_fields import DEFAULT_FORM, FormField

from .rows import rows

SHOP = ("floor_area", "staff_count", "opening_hours", "phone")
CHILD = ("child_name", "child_born_on", "mother_id", "father_id", "phone")
MORE = {  # item by its name: fields beside those of its theme
    "门店招牌设置备案": ("signboard_text", "signboard_size"),
    "城镇污水排入排水管网许可-新办": ("drainage",),
    "户口登记-出生登记": ("household_address",),
}
THEMES = {"TH01": (*DEFAULT_FORM, *SHOP), "TH39": CHILD}
KEEPS_COMMON = ("食品经营许可-新办",)  # its form is the one that every item has


def load() -> None:
    FormField.objects.bulk_create(
        FormField(
            **{name: row[name] for name in ("key", "label", "kind", "help", "prefill")},
            choices=row["choices"].replace("|", "\n"),
            longest=int(row["longest"]),
            personal=row["personal"] == "1",
        )
        for row in rows("form_fields")
    )


def add(wanted: dict[str, Document]) -> None:
    """To the lists of both themes, before they are kept."""
    for row in rows("theme_items"):
        elements = wanted[row["implementation_code"]]["elements"]
        fields = THEMES.get(row["theme_code"])
        if fields and elements["name"] not in KEEPS_COMMON:
            elements["form_fields"] = _rows((*fields, *MORE.get(elements["name"], ())))


def _rows(keys: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"field": key, "required": "必填", "question": "", "option": ""} for key in keys]
