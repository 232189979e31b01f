"""The bureau's page of searches: what found nothing, and the words that mend it."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from . import searching, words
from .models import FailedSearch, Synonym

MOST = 100


class SynonymForm(forms.Form):
    everyday = forms.CharField(label=_("大家怎么说"), max_length=30)
    official = forms.CharField(
        label=_("清单里怎么说"), max_length=120, help_text=_("可以写几个，用空格隔开")
    )

    def clean_official(self) -> str:
        """What a synonym leads to must be found itself."""
        official: str = self.cleaned_data["official"].strip()
        lost = [part for part in official.split() if not searching.search(part, most=1)]
        if lost:
            raise forms.ValidationError(
                gettext("“%s”在事项和主题里找不到，请改用清单里的名称") % lost[0]
            )
        return official


def searches(request: HttpRequest) -> HttpResponse:
    form = SynonymForm(request.POST if "everyday" in request.POST else None)
    status = 200
    if request.method == "POST" and "remove" in request.POST:
        Synonym.objects.filter(pk=request.POST["remove"][:18]).delete()
        return HttpResponseRedirect(reverse("searches"))
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            Synonym.objects.update_or_create(
                everyday=data["everyday"], defaults={"official": data["official"]}
            )
            FailedSearch.objects.filter(words__contains=data["everyday"]).delete()
            searching.forget()
            return HttpResponseRedirect(reverse("searches"))
        status = 422
    typed = request.GET.get("q", "")[: words.LONGEST]
    context = {
        "form": form,
        "failed": FailedSearch.objects.all()[:MOST],
        "synonyms": Synonym.objects.all()[:MOST],
        "shipped": len(words.shipped()),
        "typed": typed,
        "hits": searching.search(typed) if typed else [],
    }
    return render(request, "catalogue/searches.html", context, status=status)
