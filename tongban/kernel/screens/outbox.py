"""The outbox: what was sent, what waits, what failed and why; sent again by one press."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from ..notices.models import Notice
from ..people.middleware import actor
from ..procedures.scope import visible

SHOWN = 100


def outbox(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", Notice.State.FAILED)
    rows = Notice.objects.filter(visible(actor(request), Notice), state=state[:8])
    listed = rows.select_related("event__matter", "applicant").order_by("-id")[:SHOWN]
    context = {"rows": listed, "states": Notice.State.choices, "state": state}
    return render(request, "screens/outbox.html", context)


@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    failed = Notice.objects.filter(visible(actor(request), Notice), state=Notice.State.FAILED)
    failed.update(state=Notice.State.WAITING, tries=0, next_at=timezone.now())
    return HttpResponseRedirect(reverse("outbox"))
