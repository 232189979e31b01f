"""The raw limit: Django with nothing around it, one view that writes two rows, one that
reads one; served by the same server as the product."""

import os
from itertools import count

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tongban.config.settings import *  # noqa: F403

MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "tongban.bench.bare"
_numbers = count()


def two_rows(request: HttpRequest) -> HttpResponse:
    from tongban.kernel.procedures.models import NumberCounter

    prefix = f"bare-{os.getpid()}-{next(_numbers)}"
    with transaction.atomic():
        NumberCounter.objects.create(prefix=prefix, day="2022-01-01", last=1)
        NumberCounter.objects.create(prefix=prefix, day="2022-01-02", last=1)
    return HttpResponse("ok")


def one_row(request: HttpRequest) -> HttpResponse:
    from tongban.kernel.units.models import Unit

    return HttpResponse(Unit.objects.get(code="SC").name)


def insert(request: HttpRequest) -> HttpResponse:
    from tongban.kernel.procedures.models import NumberCounter

    prefix = f"insert-{os.getpid()}-{next(_numbers)}"
    NumberCounter.objects.create(prefix=prefix, day="2022-01-01", last=1)
    return HttpResponse("ok")


def unsafe(request: HttpRequest, slot: int, seats: int) -> HttpResponse:
    """The control: what most booking software does."""
    from tongban.kernel.procedures.models import NumberCounter

    with transaction.atomic():
        taken = NumberCounter.objects.filter(prefix__startswith=f"unsafe-{slot}-").count()
        if taken >= seats:
            return HttpResponse("full", status=409)
        place = f"{slot}-{os.getpid()}-{next(_numbers)}"
        NumberCounter.objects.create(prefix=f"unsafe-{place}"[:24], day="2022-01-01", last=1)
        NumberCounter.objects.create(prefix=f"notice-{place}"[:24], day="2022-01-01", last=1)
    return HttpResponse("ok")


urlpatterns = [
    path("two/", two_rows),
    path("one/", one_row),
    path("insert/", insert),
    path("unsafe/<int:slot>/<int:seats>/", unsafe),
]
