"""The form of an implementation list: elements as fields, parts as rows of fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.kernel.files.store import receive
from tongban.kernel.people.models import Account
from tongban.kernel.units.models import Unit

from . import posts
from .documents import Document
from .elements import ELEMENTS, LISTED
from .models import MaterialForm, MaterialKind, ServiceItem, Source

HELP = {
    "legal_basis": gettext_lazy("每行一条：法律名称 | 条款 | 条文"),
    "special_procedures": gettext_lazy("每行一个：名称 | 工作日 | 依据"),
    "steps": gettext_lazy(
        "每行一个环节：名称 | 岗位 | 工作日 | 前面的环节（用、隔开）；"
        "由其他单位审查的，岗位写成 单位编号：岗位，如 WJ:approver"
    ),
    "faq": gettext_lazy("每行一个：问题 | 回答"),
    "form_fields": gettext_lazy("每行一个：字段名 | 必填 | 情形问题 | 选项（后两格空着：都要填）"),
}
PARTS = {
    "materials": ("name", "kind", "form", "source", "copies", "required", "shortage_tolerant",
                  "e_certificate"),
    "situations": ("question", "option", "adds", "excludes"),
    "variants": ("suffix", "name"),
}  # fmt: skip
CHOICES = {"kind": MaterialKind, "form": MaterialForm, "source": Source}
FILES = ("sample", "blank_form")  # beside the fields of a material: a paper to hand in
WIDE_BAR, WIDE_COLON = "\uff5c", "\uff1a"  # as a Chinese keyboard writes them
SPARE = 3
MOST_ROWS = 120


class LinesField(forms.CharField):
    """An element kept as a list: a row of it on each line, its parts between bars."""

    def __init__(self, name: str, label: Any):
        super().__init__(
            label=label,
            required=False,
            help_text=HELP[name],
            max_length=8000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.keys = LISTED[name]

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows = from_lines(super().clean(value), self.keys)
        for row in rows:
            _refuse_unknown_post(row.get("post", ""))
        return rows


class ElementsForm(forms.ModelForm):  # type: ignore[type-arg]
    """All elements of a list, filled in from a document."""

    class Meta:
        model = ServiceItem
        fields = ELEMENTS

    def __init__(self, *args: Any, document: Document, **kwargs: Any):
        values = document["elements"]
        lines = {name: _as_lines(values[name], keys) for name, keys in LISTED.items()}
        kwargs["initial"] = {**values, **lines}
        super().__init__(*args, **kwargs)
        for name in LISTED:
            self.fields[name] = LinesField(name, self.fields[name].label)
        self.fields["conditions"].widget = forms.Textarea(attrs={"rows": 4})

    def _post_clean(self) -> None:
        """The rules of a list are checked by the step, for every door alike."""


def _as_lines(rows: list[dict[str, Any]], keys: tuple[str, ...]) -> str:
    return "\n".join(" | ".join(_text(row.get(key, "")) for key in keys) for row in rows)


def _text(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)


def _refuse_unknown_post(post: str) -> None:
    """A post of another unit, `WJ:approver`: both must be there."""
    if not posts.is_elsewhere(post):
        return
    unit, role = posts.parted(post)
    if role not in posts.REVIEWERS or not Unit.objects.filter(code=unit).exists():
        raise forms.ValidationError(
            _("没有岗位“%(post)s”，应为 单位编号：岗位，岗位可用 %(known)s")
            % {"post": post, "known": "、".join(posts.REVIEWERS)}
        )


def from_lines(text: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows from lines with bars. Raises ValidationError naming the line."""
    rows = []
    for number, line in enumerate(text.replace(WIDE_BAR, "|").splitlines(), start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > len(keys):
            raise forms.ValidationError(
                _("第 %(number)d 行多了一格，应为 %(count)d 格，用 | 隔开")
                % {"number": number, "count": len(keys)}
            )
        cells += [""] * (len(keys) - len(cells))
        row: dict[str, Any] = dict(zip(keys, cells, strict=True))
        if "days" in row:
            if not row["days"].isdigit():
                raise forms.ValidationError(_("第 %d 行的工作日应为数字") % number)
            row["days"] = int(row["days"])
        if "post" in row:
            row["post"] = row["post"].replace(WIDE_COLON, posts.COLON)
        if "after" in row:
            row["after"] = [name for name in row["after"].split("、") if name]
        rows.append(row)
    return rows


def changes_of(form: ElementsForm, posted: Any, base: Document, papers: "Papers") -> dict[str, Any]:
    """Only what differs from the document it began with. papers: files just handed in."""
    elements = {
        name: value for name, value in form.cleaned_data.items() if value != base["elements"][name]
    }
    changes: dict[str, Any] = {"elements": elements}
    for part in PARTS:
        if (rows := _posted_rows(part, posted, base, papers)) != base[part]:
            changes[part] = rows
    return changes


def part_rows(posted: Any, base: Document) -> list[tuple[Any, Any, list[list[dict[str, Any]]]]]:
    """Title, headings and cells of each part, with spare rows at the end."""
    found = []
    for part, keys in PARTS.items():
        rows = _typed_rows(part, posted) if posted is not None else list(base[part])
        rows = [*rows, *({} for _ in range(SPARE))]
        more = FILES if part == "materials" else ()
        cells = [
            [
                *(_cell(part, n, key, row) for key in keys),
                *(_file_cell(part, n, key, row) for key in more),
            ]
            for n, row in enumerate(rows)
        ]
        found.append((TITLES[part], [HEADINGS[key] for key in (*keys, *more)], cells))
    return found


def _file_cell(part: str, number: int, key: str, row: dict[str, Any]) -> dict[str, Any]:
    name = f"{part}-{number}-{key}"
    return {
        "name": name,
        "label": HEADINGS[key],
        "value": "",
        "file": True,
        "has": row.get(f"{key}_id"),
    }


class Papers:
    """Samples and blank forms handed in with the editor's form, stored before the step is taken.

    Raises files.store.Refused for a file that is not taken.
    """

    def __init__(self, files: Any, account: Account):
        self.found: dict[str, int] = {}
        for number in range(MOST_ROWS):
            for key in FILES:
                if upload := files.get(name := f"materials-{number}-{key}"):
                    self.found[name] = receive(upload.chunks(), upload.name, account).file_id

    def of(self, number: int, posted: Any) -> dict[str, Any]:
        """Only what changes for the material on this row: a new file, or none any more."""
        changed: dict[str, Any] = {}
        for key in FILES:
            name = f"materials-{number}-{key}"
            if name in self.found:
                changed[f"{key}_id"] = self.found[name]
            elif posted.get(f"{name}-gone"):
                changed[f"{key}_id"] = None
        return changed


def _cell(part: str, number: int, key: str, row: dict[str, Any]) -> dict[str, Any]:
    value = row.get(key, "")
    return {
        "name": f"{part}-{number}-{key}",
        "value": value,
        "label": HEADINGS[key],
        "choices": CHOICES[key].choices if key in CHOICES and part == "materials" else None,
        "tick": key in ("required", "shortage_tolerant"),
    }


def _typed_rows(part: str, posted: Any) -> list[dict[str, Any]]:
    rows = []
    for number in range(MOST_ROWS):
        values = {key: posted.get(f"{part}-{number}-{key}", "").strip() for key in PARTS[part]}
        if any(values[key] for key in PARTS[part] if key not in CHOICES and key != "copies"):
            rows.append({**values, "place": number} if part == "materials" else values)
    return rows


def _posted_rows(part: str, posted: Any, base: Document, papers: "Papers") -> list[dict[str, Any]]:
    """Rows as a document has them; files of a material stay with its name."""
    rows = _typed_rows(part, posted)
    if part == "materials":
        known = {row["name"]: row for row in base["materials"]}
        return [
            _material(row, {**known.get(row["name"], {}), **papers.of(row["place"], posted)})
            for row in rows
        ]
    if part == "variants":
        known = {row["suffix"]: row for row in base["variants"]}
        return [{**row, "answers": known.get(row["suffix"], {}).get("answers", {})} for row in rows]
    return rows


def _material(row: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    copies = row["copies"]
    return {
        **{key: value for key, value in row.items() if key != "place"},
        "copies": int(copies) if copies.isdigit() and len(copies) < 4 else 1,
        "required": bool(row["required"]),
        "shortage_tolerant": bool(row["shortage_tolerant"]),
        "sample_id": known.get("sample_id"),
        "blank_form_id": known.get("blank_form_id"),
    }


TITLES = {
    "materials": gettext_lazy("申请材料"),
    "situations": gettext_lazy("办理情形"),
    "variants": gettext_lazy("业务办理项"),
}
HEADINGS = {
    "name": gettext_lazy("名称"),
    "sample": gettext_lazy("填写样表"),
    "blank_form": gettext_lazy("空白表"),
    "kind": gettext_lazy("材料类型"),
    "form": gettext_lazy("材料形式"),
    "source": gettext_lazy("来源渠道"),
    "copies": gettext_lazy("份数"),
    "required": gettext_lazy("必要"),
    "shortage_tolerant": gettext_lazy("容缺"),
    "e_certificate": gettext_lazy("电子证照名称"),
    "question": gettext_lazy("情形问题"),
    "option": gettext_lazy("选项"),
    "adds": gettext_lazy("要加的材料"),
    "excludes": gettext_lazy("不能办理的原因"),
    "suffix": gettext_lazy("序号"),
}
