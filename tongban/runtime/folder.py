"""The data folder: everything that must survive lives under it."""

import os
import secrets
import shutil
from pathlib import Path

FORMAT = 1  # raised when an older Tongban could no longer read the folder
LEAST_FREE_BYTES = 300 * 2**20


class StartError(Exception):
    """Something that stops the start; its text is the one line shown, with the cure."""


def default() -> Path:
    if chosen := os.environ.get("TONGBAN_DATA"):
        return Path(chosen).expanduser().resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/tongban")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "tongban"


class Folder:
    """Paths of one installation, and its secrets."""

    def __init__(self, path: Path):
        self.path = path

    @property
    def database(self) -> Path:
        return self.path / "database"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    def prepare(self) -> None:
        """Make or check the folder. Raises StartError with a cure."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for part in (self.log, self.path / "files", self.path / "outbox"):
                part.mkdir(exist_ok=True)
            self.keys.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StartError(
                f"数据目录 {self.path} 无法写入（{error.strerror}），请用 --data 指定可写的目录"
            ) from error
        if os.geteuid() == 0:
            self.path.chmod(0o711)  # the database runs as another account and must pass through
        self._check_space()
        self._check_format()

    def secret(self, name: str) -> str:
        """A random secret made once, readable by the service alone."""
        path = self.keys / name
        if not path.exists():
            write_private(path, secrets.token_urlsafe(48).encode())
        return path.read_text()

    def _check_space(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < LEAST_FREE_BYTES:
            raise StartError(
                f"磁盘空间不足：{self.path} 仅剩 {free // 2**20} MB,"
                f"至少需要 {LEAST_FREE_BYTES // 2**20} MB，请清理磁盘后再启动"
            )

    def _check_format(self) -> None:
        path = self.path / "format"
        if not path.exists():
            path.write_text(f"{FORMAT}\n")
        stored = path.read_text().strip()
        if not stored.isdigit() or int(stored) > FORMAT:
            raise StartError(
                f"数据目录 {self.path} 由更新版本的通办创建（格式 {stored}，本版本支持 {FORMAT}），"
                "请升级程序后再启动"
            )


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only the service's own account may read, in one move."""
    waiting = path.with_name(path.name + ".new")
    waiting.unlink(missing_ok=True)
    with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)
