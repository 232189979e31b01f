"""Taking files in while they stream, and giving them back by their content's digest."""

import errno
import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from tempfile import NamedTemporaryFile

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from ..people.models import Account
from .models import StoredFile, Upload

log = logging.getLogger(__name__)
LARGEST_BYTES = 20 * 2**20
HEAD = 8192  # what the type is told from
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
ALLOWED = {
    "application/pdf": "PDF",
    "image/jpeg": "JPG",
    "image/png": "PNG",
}


class Refused(Exception):
    """A file that is not taken; the text says why and what to do."""


def receive(chunks: Iterable[bytes], name: str, account: Account) -> Upload:
    """Store an upload; nothing is kept when it is refused. `name` is shown, never used."""
    shown = safe_name(name)
    stored = keep(chunks, shown)
    return Upload.objects.create(file=stored, account=account, name=shown)


def keep(chunks: Iterable[bytes], name: str, made: str = "") -> StoredFile:
    """Content to its place by digest. Raises Refused for a wrong type or size, and when there is
    no room for it. made: the type of what we made ourselves, which needs no looking at."""
    with room_for(name, root()):
        return _kept(chunks, name, made)


def _kept(chunks: Iterable[bytes], name: str, made: str) -> StoredFile:
    folder = root()
    folder.mkdir(parents=True, exist_ok=True)
    digest, size, head = hashlib.sha256(), 0, b""
    with NamedTemporaryFile(dir=folder, prefix="taking-", delete=False) as waiting:
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > LARGEST_BYTES:
                    raise Refused(over_the_limit(name))
                if len(head) < HEAD:
                    head += chunk[: HEAD - len(head)]
                digest.update(chunk)
                waiting.write(chunk)
            media_type = made or _type_of(head, name)
            waiting.flush()
            os.fsync(waiting.fileno())
            place = path_of(digest.hexdigest())
            place.parent.mkdir(parents=True, exist_ok=True)
            Path(waiting.name).replace(place)
        except BaseException:
            Path(waiting.name).unlink(missing_ok=True)
            raise
    return StoredFile.objects.get_or_create(
        digest=digest.hexdigest(), defaults={"size": size, "media_type": media_type}
    )[0]


@contextmanager
def room_for(name: str, folder: str | Path) -> Iterator[None]:
    """Raises Refused when the disk of the folder takes no more of this file."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        log.error("no room for a file in %s: %s", folder, error)
        told = _(
            "服务器没有地方存放文件“%(name)s”，它没有保存；已填的内容还在，请稍后再传，或到窗口办理"
        )
        raise Refused(told % {"name": name}) from error


def over_the_limit(name: str) -> str:
    return _("文件“%(name)s”超过 %(most)d MB，请压缩或分成几个文件后再上传") % {
        "name": name,
        "most": LARGEST_BYTES // 2**20,
    }


def _type_of(head: bytes, name: str) -> str:
    if not head:
        raise Refused(_("文件“%(name)s”是空的，请重新选择文件") % {"name": name})
    kind = filetype.guess(head)
    if kind is None or kind.mime not in ALLOWED:
        raise Refused(
            _("文件“%(name)s”不是可接受的类型，请上传 %(types)s")
            % {"name": name, "types": "、".join(ALLOWED.values())}
        )
    return str(kind.mime)


def safe_name(name: str) -> str:
    """The last part of a name, without what could steer a path or a terminal."""
    last = PureWindowsPath(PurePosixPath(name).name).name
    shown = "".join(c for c in last if c.isprintable()).strip(". ")
    return shown[-120:] or _("未命名")


def is_there(stored: StoredFile) -> bool:
    """Whether the content still lies where its row says, whole."""
    place = path_of(stored.digest)
    return place.is_file() and place.stat().st_size == stored.size


def root() -> Path:
    return Path(settings.DATA) / "files"


def path_of(digest: str) -> Path:
    return root() / digest[:2] / digest
