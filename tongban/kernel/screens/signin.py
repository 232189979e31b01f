"""Pages to sign in, prove one's name, and sign out."""

from typing import Any

from axes.helpers import get_cool_off
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ..people.middleware import actor
from ..people.models import Account
from ..people.signin import Refused, check_identity, send_code
from ..trust import vault

PHONE = forms.RegexField(
    r"^1[3-9]\d{9}$",
    label=gettext_lazy("手机号"),
    error_messages={
        "required": gettext_lazy("请填写手机号"),
        "invalid": gettext_lazy("手机号应为 11 位数字，以 1 开头，请检查"),
    },
    widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "tel", "maxlength": 11}),
)


class PhoneForm(forms.Form):
    phone = PHONE


class CodeForm(forms.Form):
    phone = PHONE
    code = forms.RegexField(
        r"^\d{6}$",
        label=gettext_lazy("验证码"),
        error_messages={
            "required": gettext_lazy("请填写短信中的 6 位验证码"),
            "invalid": gettext_lazy("验证码是 6 位数字"),
        },
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 6}
        ),
    )


class StaffForm(forms.Form):
    username = forms.CharField(label=gettext_lazy("账号"), max_length=60)
    password = forms.CharField(
        label=gettext_lazy("密码"), max_length=128, widget=forms.PasswordInput
    )
    totp = forms.RegexField(
        r"^\d{6}$",
        label=gettext_lazy("动态口令"),
        error_messages={"invalid": gettext_lazy("动态口令是 6 位数字")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class IdentityForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    id_number = forms.CharField(label=gettext_lazy("身份证号"), max_length=30)


def sign_in(request: HttpRequest) -> HttpResponse:
    """Applicants: ask for a code, then type it. Nothing typed is lost on the way."""
    asking = request.method == "POST" and "ask" in request.POST
    form: forms.Form = (PhoneForm if asking else CodeForm)(request.POST or None)
    sent = request.method == "POST"
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            if asking:
                send_code(phone, timezone.now())
                form = CodeForm(initial={"phone": phone})
            else:
                name = vault.index("phone", phone).hex()[:40]
                return _signed_in(
                    request, username=name, phone=phone, code=form.cleaned_data["code"]
                )
        except Refused as refused:
            form.add_error(None, str(refused))
    elif asking:
        sent = False
    context = {"form": form, "sent": sent, "next": _next(request)}
    return render(request, "screens/sign_in.html", context, status=_status(form))


def staff_sign_in(request: HttpRequest) -> HttpResponse:
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _signed_in(request, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "next": _next(request)}
    return render(request, "screens/staff_sign_in.html", context, status=_status(form))


def prove_identity(request: HttpRequest) -> HttpResponse:
    """From level 1 to level 2: name and ID number against the population register."""
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, Account) and request.user.applicant
        try:
            check_identity(request.user.applicant, **form.cleaned_data)
            return HttpResponseRedirect(_next(request) or settings.HOME)
        except Refused as refused:
            form.add_error("id_number", str(refused))
    context = {"form": form, "next": _next(request), "level": actor(request).identity_level}
    return render(request, "screens/identity.html", context, status=_status(form))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(settings.HOME)


def _signed_in(request: HttpRequest, **credentials: Any) -> HttpResponse:
    account = authenticate(request, **credentials)
    if getattr(request, "axes_locked_out", False):
        minutes = int(get_cool_off(request).total_seconds() // 60)
        raise Refused(_("连续多次不正确，已暂停登录，请 %d 分钟后再试") % minutes)
    if account is None:
        raise Refused(
            _("验证码不正确或已过期，请核对，或 1 分钟后重新获取")
            if "code" in credentials
            else _("账号、密码或动态口令不正确，请核对后重试（动态口令每个只能用一次）")
        )
    kept = request.session.get("kept_form")
    login(request, account)
    if kept:
        request.session["kept_form"] = kept
    home = settings.STAFF_HOME if getattr(account, "applicant_id", None) is None else settings.HOME
    return HttpResponseRedirect(_next(request) or home)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else ""


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200
