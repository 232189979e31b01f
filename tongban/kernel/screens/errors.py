"""Pages for what goes wrong: not found, a broken database, a mistake of ours."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from .problems import problem

log = logging.getLogger(__name__)
WAIT_SECONDS = 5
MACHINES = "/api/"


class DatabaseGone:
    """Answers 503 with a page while the database is away; nothing is half done, because a
    step is one transaction. The next request connects again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError) as error:
            return self._unavailable(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            return self._unavailable(request, error)
        return None

    def _unavailable(self, request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("database gone: %s %s: %s", request.method, request.path, error)
        connection.close()
        words = {
            "title": _("系统正在恢复"),
            "text": _(
                "数据库暂时连接不上，刚才的操作没有生效。请不要关闭页面，约 10 秒后刷新重试。"
            ),
        }
        if request.path.startswith(MACHINES):
            answer = problem(503, "unavailable", words["text"])
        else:
            answer = HttpResponse(PAGE % words, status=503)
        answer["Retry-After"] = str(WAIT_SECONDS)
        return answer


PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>%(title)s</title>
<link rel="stylesheet" href="/static/tongban.css">
<main class="message"><h1>%(title)s</h1><p>%(text)s</p></main></html>"""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    words = {
        "title": _("没有找到这一页"),
        "text": _("地址可能已改变，或您不能查看。请从首页或“我的办件”重新进入。"),
    }
    return render(request, "screens/message.html", words, status=404)


def mistake(request: HttpRequest) -> HttpResponse:
    page = PAGE % {
        "title": _("出错了"),
        "text": _("这是我们的问题，已记录。请稍后再试，或拨打 12345。"),
    }
    return HttpResponse(page, status=500)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    words = {
        "title": _("内容无法处理"),
        "text": _("提交的内容过大或格式不对，请减少文字或把文件单独上传后重试。"),
    }
    return render(request, "screens/message.html", words, status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    words = {"title": _("页面已过期"), "text": _("请返回上一页刷新后重新提交，已填的内容会保留。")}
    return render(request, "screens/message.html", words, status=403)
