"""The one form of a thing, and what its parts report."""

from typing import Any

from django import forms

from tongban.services.cases.forms import SubmitForm, mapping
from tongban.services.catalogue.form_fields import Asked
from tongban.services.catalogue.models import Theme

from .subject import OneTheme


class ThemeForm(SubmitForm):
    """As of one item, for all parts of a theme at once."""

    theme = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any):
        self.whole: OneTheme | None = None
        super().__init__(data, **kwargs)
        del self.fields["item"]

    def asked_by(self, given: dict[str, Any]) -> list[Asked]:
        code = str(given.get("theme", ""))[:16]
        theme = Theme.objects.filter(code=code, withdrawn_on=None).first()
        if theme is None:
            return []
        self.whole = OneTheme(theme)
        return self.whole.fields(mapping(given.get("answers")))
