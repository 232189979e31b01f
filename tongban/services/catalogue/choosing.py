"""A field in which people name an item: by its code, or in the words they know it by."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import ServiceItem, Status

OFFERED = 5  # names told when the words fit several


class ItemField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A published item by application; its own name or code, or words that fit one alone."""

    def __init__(self, **more: Any):
        told = {
            "label": gettext_lazy("事项"),
            "queryset": ServiceItem.objects.filter(
                status=Status.PUBLISHED, by_application=True
            ).select_related("unit"),
            "to_field_name": "implementation_code",
            "widget": forms.TextInput,
            "help_text": gettext_lazy("写事项名称，例如：社会保障卡-申领"),
        }
        super().__init__(**{**told, **more})

    def to_python(self, value: Any) -> ServiceItem | None:
        words = str(value or "").strip()[:120]
        if not words:
            return None
        rows = self.queryset
        assert rows is not None
        exact = rows.filter(implementation_code=words) | rows.filter(name=words)
        fitting: list[ServiceItem] = list(exact[:1] or rows.filter(name__contains=words)[:40])
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise ValidationError(_("没有这个事项，请换个说法，或先在首页查找"))
        names = "、".join(item.name for item in fitting[:OFFERED])
        raise ValidationError(_("有几个事项都像，请写全名称：%s") % names)
