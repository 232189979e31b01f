"""The bureau's page of interfaces: keys of other systems, and the addresses that are told."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..people import apikeys
from ..trust import vault
from .feed import head
from .forms import KeyForm, ScopeForm, WebhookForm, kinds
from .models import Webhook
from .sending import send
from .signing import new_secret

SHOWN = 50


def interfaces(request: HttpRequest) -> HttpResponse:
    """Three statements."""
    named, end = dict(kinds()), head()
    keys = apikeys.in_force(timezone.now()).order_by("pk")
    hooks = Webhook.objects.select_related("account")
    context = {
        "keys": [(key, _named(key.kinds, named)) for key in keys],
        "hooks": [(h, _named(h.kinds, named), max(end - h.position, 0)) for h in hooks],
    }
    return render(request, "exchange/interfaces.html", context)


def add_key(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, _("发放密钥"))
    data = form.cleaned_data
    secret = new_secret() if data["signed"] and data["may_write"] else ""
    token = apikeys.new_key(
        data["account"],
        data["purpose"],
        timezone.now(),
        kinds=data["kinds"],
        may_write=data["may_write"],
        secret=secret,
    )
    shown = [(_("接口密钥"), token), *([(_("签名密钥"), secret)] * bool(secret))]
    return render(request, "exchange/made.html", {"shown": shown})


@require_POST
def end_key(request: HttpRequest, pk: int) -> HttpResponse:
    apikeys.end(pk, timezone.now())
    return HttpResponseRedirect(reverse("interfaces"))


def add_webhook(request: HttpRequest) -> HttpResponse:
    """It is told of what happens from now on."""
    form = WebhookForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, _("添加接收地址"))
    data, secret = form.cleaned_data, new_secret()
    Webhook.objects.create(
        account=data["account"],
        purpose=data["purpose"],
        address=data["address"],
        kinds=data["kinds"],
        secret_sealed=vault.encrypt(secret),
        position=head(),
        next_at=timezone.now(),
    )
    return render(request, "exchange/made.html", {"shown": [(_("验签密钥"), secret)]})


def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One address: what was sent, what waits; test it, stop it, start it, tell again from."""
    hook = get_object_or_404(Webhook.objects.select_related("account"), pk=pk)
    fault = ""
    if request.method == "POST":
        fault = _changed(hook, request.POST.get("act", ""), request.POST.get("position", ""))
        if not fault:
            return HttpResponseRedirect(reverse("webhook", args=[pk]))
    context = {
        "hook": hook,
        "kinds": _named(hook.kinds, dict(kinds())),
        "behind": max(head() - hook.position, 0),
        "deliveries": hook.deliveries.all()[:SHOWN],
        "fault": fault,
    }
    return render(request, "exchange/webhook.html", context, status=422 if fault else 200)


def _changed(hook: Webhook, act: str, position: str) -> str:
    """Why not; empty when it is done."""
    if act == "test":
        now = timezone.now()
        made = send(hook, 0, f"test_{now:%s}", {"type": "test", "timestamp": now, "data": {}})
        return _("对方没有收下：%s") % _(made.error) if made.error else ""
    if act == "stop":
        hook.running = False
    elif act == "start":
        hook.running, hook.tries, hook.next_at = True, 0, timezone.now()
    elif act == "again":
        if not position.isdecimal() or len(position) > 15 or int(position) > head():
            return _("请填 0 到 %d 之间的事件序号") % head()
        hook.position, hook.tries, hook.next_at = int(position), 0, timezone.now()
    else:
        return _("没有这个操作")
    hook.save(update_fields=["running", "tries", "next_at", "position"])
    return ""


def _named(codes: list[str], names: dict[str, object]) -> str:
    return "、".join(str(names.get(code, code)) for code in codes) or _("全部")


def _form(request: HttpRequest, form: ScopeForm, title: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "exchange/form.html", {"form": form, "title": title}, status=status)
