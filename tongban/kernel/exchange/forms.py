"""What the bureau fills in to let another system in, or to tell it of events."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..people.models import Account
from ..procedures.procedure import procedures


def kinds() -> list[tuple[str, Any]]:
    return [(kind.code, kind.title) for kind in procedures()]


class ScopeForm(forms.Form):
    """account: whose rights apply: what it may not see or do, the other system may not either."""

    account = forms.ModelChoiceField(
        label=gettext_lazy("以谁的身份"),
        queryset=Account.objects.filter(assignments__isnull=False).distinct().order_by("username"),
        to_field_name="username",
        empty_label=gettext_lazy("请选择"),
        help_text=gettext_lazy("对方只能看到和办理这个账号能看到和办理的"),
    )
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=120,
        help_text=gettext_lazy("哪个系统，例如“市监局审批系统”"),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("办件种类"),
        required=False,
        choices=kinds,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("不勾就是全部种类"),
    )


class KeyForm(ScopeForm):
    may_write = forms.BooleanField(label=gettext_lazy("可以办理（不勾只能读取）"), required=False)
    signed = forms.BooleanField(
        label=gettext_lazy("办理的请求必须签名（HMAC-SHA256）"), required=False, initial=True
    )


class WebhookForm(ScopeForm):
    address = forms.URLField(
        label=gettext_lazy("接收地址"),
        max_length=300,
        assume_scheme="https",
        help_text=gettext_lazy("https 地址；政务内网的机器可以用 http 加内网地址"),
    )
    field_order = ("account", "purpose", "address", "kinds")

    def clean_address(self) -> str:
        """In the clear only inside the government's own network."""
        given: str = self.cleaned_data["address"]
        parts = urlsplit(given)
        try:
            address = ip_address(parts.hostname or "")
        except ValueError:
            address = None
        if address and (address.is_link_local or address.is_multicast or address.is_unspecified):
            raise forms.ValidationError(_("这个地址不能接收消息，请填对方系统的地址"))
        if parts.scheme == "https" or (parts.scheme == "http" and address and address.is_private):
            return given
        raise forms.ValidationError(_("请用 https 地址；http 只用于内网 IP 地址"))
