"""A statutory document as it would be: the step is taken, its paper typeset, and all is undone."""

from uuid import uuid4

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongban.kernel.people.middleware import actor
from tongban.kernel.procedures.refusals import Invalid, Refusal
from tongban.kernel.procedures.taking import take
from tongban.kernel.screens.routes import told
from tongban.kernel.screens.views import kind_or_404

from .making import draft


@require_POST
def preview(request: HttpRequest, kind: str, number: str, step: str) -> HttpResponse:
    """With what stands in the form, checked as the step itself checks it. Without number or seal,
    and marked as no paper of force."""
    chosen = kind_or_404(kind).steps.get(step)
    if chosen is None or chosen.document is None or chosen.is_opening or chosen.is_automatic:
        raise Http404
    try:
        with transaction.atomic(), translation.override("zh-hans"):
            event = take(chosen, number[:40], actor(request), request.POST, key=uuid4().hex)
            pdf = draft(event.matter, event, chosen.document)
            transaction.set_rollback(True)
    except Invalid as refusal:
        return told(request, _("还不能预览"), ";".join(refusal.messages), 422)
    except Refusal as refusal:
        return told(request, _("还不能预览"), refusal.reason, 409)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = "inline"
    answer["Cache-Control"] = "private, no-store"
    return answer
