"""The language and elder-mode switches: cookies, no account needed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

YEAR = 365 * 86400


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    back = wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
    answer = HttpResponseRedirect(back)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, YEAR, samesite="Lax")
    if request.POST.get("elder"):
        answer.set_cookie("elder", "1", YEAR, samesite="Lax")
    elif "elder" in request.POST:
        answer.delete_cookie("elder", samesite="Lax")
    return answer
