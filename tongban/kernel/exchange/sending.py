"""Telling the addresses: each in order, one event a request, with longer and longer waits.

An address that fails holds up itself alone; nothing is skipped. After two days it is stopped and
goes on, when it is started again, exactly where it was.
"""

import json
import logging
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime, timedelta
from http.client import HTTPException
from time import perf_counter
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from ..ledger.models import LogEntry
from ..people.actor import actor_of
from .feed import after, told
from .models import Delivery, Webhook
from .signing import headers

ROUND = 50  # events told in one round, before others have their turn
ANSWER_WITHIN = 10  # seconds
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=3)
MOST_TRIES = 25  # some two days


FAILED = gettext_noop("连接中断，请对方查看网络和服务")
FAULTS: tuple[tuple[type[BaseException], str], ...] = (
    (ConnectionRefusedError, gettext_noop("对方的服务没有启动（拒绝连接）")),
    (TimeoutError, gettext_noop("对方 10 秒内没有应答")),
    (socket.gaierror, gettext_noop("找不到这个地址，请核对域名")),
    (ssl.SSLError, gettext_noop("对方的 https 证书不能验证")),
)
log = logging.getLogger(__name__)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """An address that points elsewhere is a fault: a signature is meant for one reader."""


_open = urllib.request.build_opener(NoRedirect)


def post(address: str, content: bytes, signed: Mapping[str, str], within: float) -> Any:
    """Sends JSON with the headers of its signature; the answer, to be closed. within: seconds.
    Raises HTTPError for an answer that refuses, OSError or HTTPException when there is none."""
    request = urllib.request.Request(  # noqa: S310 - the forms admit http and https alone
        address, content, {"Content-Type": "application/json", **signed}
    )
    return _open.open(request, timeout=within)


def tell_due(now: datetime) -> int:
    """Tell every address whose turn it is; several workers may do so at once. Returns how many
    events were taken by their receivers."""
    due = Webhook.objects.filter(running=True, next_at__lte=now)
    return sum(_tell(pk) for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _tell(pk: int) -> int:
    free = Webhook.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    hook = free.select_related("account").filter(pk=pk, running=True).first()
    if hook is None:
        return 0
    person = actor_of(hook.account, timezone.localdate())
    found = after(hook.position, person, hook.kinds, ROUND)
    taken = 0
    for entry in found.entries:
        made = deliver(hook, entry)
        if made.error:
            _failed(hook, made)
            break
        hook.position, hook.tries, hook.error = entry.index + 1, 0, ""
        taken += 1
    else:
        hook.position = found.next
    hook.save(update_fields=["position", "tries", "next_at", "error", "running"])
    return taken


def _failed(hook: Webhook, made: Delivery) -> None:
    hook.tries += 1
    hook.error = made.error
    hook.next_at = made.at + min(FIRST_WAIT * 2 ** min(hook.tries, 16), LONGEST_WAIT)
    hook.running = hook.tries < MOST_TRIES


def deliver(hook: Webhook, entry: LogEntry) -> Delivery:
    """One attempt, kept. The same event always has the same id, so a receiver that hears it twice
    knows."""
    facts = told(entry)
    body = {"type": f"{facts['kind']}.{facts['step']}", "timestamp": facts["at"], "data": facts}
    return send(hook, entry.index, f"event_{entry.index}", body)


def _said(fault: object) -> str:
    """In words; the log has the fault itself."""
    return next((words for kind, words in FAULTS if isinstance(fault, kind)), FAILED)


def send(hook: Webhook, index: int, name: str, body: dict[str, Any]) -> Delivery:
    content = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
    now, began = timezone.now(), perf_counter()
    signed = headers(hook.secret, name, now, content)
    status, error = 0, ""
    try:
        with post(hook.address, content, signed, ANSWER_WITHIN) as answer:
            status = answer.status
    except urllib.error.HTTPError as refused:
        status, error = refused.code, f"HTTP {refused.code}"
    except (OSError, HTTPException) as fault:
        log.warning("%s: %s", hook.address, fault)
        error = _said(getattr(fault, "reason", fault))
    took = int((perf_counter() - began) * 1000)
    return Delivery.objects.create(
        webhook=hook, index=index, at=now, status=status, milliseconds=took, error=error[:300]
    )
