"""Counted by one tap: questions at the consultation desk by topic, sheets copied and printed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from tongban.kernel.people.middleware import actor
from tongban.kernel.people.roles import Role

from .lines import start_of_day
from .models import Tap, Topic

UNDO = timedelta(minutes=10)  # a slip of the finger is noticed soon
SHEETS = (1, 2, 5, 10, 20)


class TopicForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Topic
        fields = ["name", "kind"]
        labels = {"name": gettext_lazy("名称"), "kind": gettext_lazy("类别")}


def tally(request: HttpRequest) -> HttpResponse:
    """Today's counts, each topic with a key of its own."""
    person, now = actor(request), timezone.now()
    runs = Role.OPERATOR in person.roles
    form = TopicForm(request.POST if request.POST.get("act") == "topic" else None)
    if runs and form.is_bound and form.is_valid():
        form.save()
        return HttpResponseRedirect(reverse("tally"))
    if runs and request.POST.get("act") == "end":
        Topic.objects.filter(name=request.POST.get("topic", "")).update(active=False)
        return HttpResponseRedirect(reverse("tally"))
    context = {**counts(now), "form": form, "runs": runs, "sheets": SHEETS}
    context["last"] = _last(person.account_id, now)
    return render(request, "hall/tally.html", context, status=422 if form.errors else 200)


def counts(now: Any) -> dict[str, Any]:
    today = Q(taps__at__gte=start_of_day(now))
    rows = Topic.objects.filter(active=True).annotate(
        n=Coalesce(Sum("taps__number", filter=today), 0)
    )
    topics = list(rows.order_by("kind", "pk"))
    questions = [topic for topic in topics if topic.kind == Topic.Kind.QUESTION]
    machines = [topic for topic in topics if topic.kind == Topic.Kind.SHEETS]
    keys = "1234567890qwertyuiop"
    return {
        "questions": [(t, keys[n] if n < len(keys) else "") for n, t in enumerate(questions)],
        "machines": machines,
        "asked": sum(topic.n for topic in questions),
        "copied": sum(topic.n for topic in machines),
    }


def _last(account: int | None, now: Any) -> Tap | None:
    rows = Tap.objects.filter(by=account, at__gte=now - UNDO).select_related("topic")
    return rows.order_by("-pk").first() if account else None


def tap(request: HttpRequest) -> HttpResponse:
    """One more, or the last one back. With htmx only the counts are drawn again."""
    person, now = actor(request), timezone.now()
    if request.method == "POST" and request.POST.get("undo"):
        if last := _last(person.account_id, now):
            last.delete()
    elif request.method == "POST":
        topic = get_object_or_404(Topic, name=request.POST.get("topic", "")[:20], active=True)
        told = request.POST.get("number", "1")
        number = min(int(told), 500) if told.isdigit() and len(told) < 5 else 1
        Tap.objects.create(topic=topic, at=now, by_id=person.account_id, number=max(number, 1))
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("tally"))
    context = {**counts(now), "sheets": SHEETS, "last": _last(person.account_id, now)}
    return render(request, "hall/tally_rows.html", context)
