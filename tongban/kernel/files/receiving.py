"""Uploads while they arrive: cut off at the size limit, never buffered whole in memory."""

from collections.abc import Callable
from tempfile import gettempdir
from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from .store import LARGEST_BYTES, Refused, over_the_limit, room_for

CUT_OFF = "tongban.cut_off"
MOST_OF_A_REQUEST = 12 * LARGEST_BYTES  # a form with several materials


class LimitedUpload(TemporaryFileUploadHandler):
    """Stops keeping a file at the limit, or when the disk is full; the rest of the request is read
    and thrown away, so that the browser hears the answer instead of a broken connection."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.seen += len(raw_data)
        name = str(self.file_name)
        try:
            if self.seen > LARGEST_BYTES:
                raise Refused(over_the_limit(name))
            with room_for(name, gettempdir()):
                super().receive_data_chunk(raw_data, start)
                self.file.flush()  # what does not fit is to be known here, not when it is closed
        except Refused as refused:
            assert self.request is not None
            self.request.META[CUT_OFF] = str(refused)
            raise StopUpload(connection_reset=False) from refused


class WithoutNul:
    """Takes the character NUL out of an address: no text of the database can hold it, and
    nobody types it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        while "%00" in query:  # taking one out may bring two halves together
            query = request.META["QUERY_STRING"] = query.replace("%00", "")
        return self.get_response(request)


class RefuseTooLarge:
    """Answers 413 by what the request says of its own length, before reading any of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stated = request.META.get("CONTENT_LENGTH") or "0"
        if stated.isdigit() and int(stated) > MOST_OF_A_REQUEST:
            words = {
                "title": gettext("文件太大"),
                "text": gettext(
                    "一个文件最大 %d MB。请压缩、分成几个文件，或改拍照片后再上传；已填的内容还在。"
                )
                % (LARGEST_BYTES // 2**20),
            }
            return render(request, "screens/message.html", words, status=413)
        return self.get_response(request)


def cut_off(request: HttpRequest) -> str:
    """Why a file of this request was cut off; empty when none was."""
    request.FILES  # noqa: B018 - nothing is cut off before the request is read
    return str(request.META.get(CUT_OFF, ""))
