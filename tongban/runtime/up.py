"""`tongban up`: database, web and worker, started in order and stopped in reverse order."""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .environment import check_database, migrate
from .environment import configure as configure_django
from .folder import Folder, StartError, default
from .postgres import Postgres

STOP_SECONDS = 15
RESTART_SECONDS = 2
GLANCE = 0.05  # seconds between two looks at whether to stop
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=os.environ.get("TONGBAN_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("TONGBAN_PORT", "8000")))
    parser.add_argument("--data", type=Path, default=None, help="data folder")
    parser.add_argument("--empty", action="store_true", help="do not load the reference district")
    parser.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))


def run(chosen: argparse.Namespace) -> int:
    began = time.monotonic()
    check_port(chosen.host, chosen.port)
    folder = Folder((chosen.data or default()).resolve())
    folder.prepare()
    server = None if os.environ.get("DATABASE_URL") else Postgres(folder)
    stop = Stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop.ask)
    if server:
        server.start()
    try:
        configure_django(folder, server)
        check_database()
        migrate()
        say_hello = prepare_district(empty=chosen.empty)
        shown = "127.0.0.1" if chosen.host == "0.0.0.0" else chosen.host  # noqa: S104
        os.environ.setdefault("TONGBAN_PUBLIC_ADDRESS", f"http://{shown}:{chosen.port}")
        children = [web(chosen), worker()]
        try:
            wait_until_answering(chosen, children[0], stop)
            say_hello(f"http://{chosen.host}:{chosen.port}/", time.monotonic() - began)
            keep_running(children, server, stop)
        finally:
            for child in children:
                child.stop()
    finally:
        if server:
            server.stop()
    return 0


class Stop:
    """Asked for by a signal. A flag and no threading.Event: a signal may come at the very moment
    at which the main thread holds the event's lock, and would then wait for it for ever."""

    asked = False

    def ask(self, *_signal: object) -> None:
        self.asked = True

    def wait(self, seconds: float) -> bool:
        """Whether it was asked for, at the latest after so many seconds."""
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(min(GLANCE, seconds))
        return self.asked


class Child:
    """A process of ours that dies with us and is started again when it dies alone."""

    def __init__(self, name: str, arguments: list[str]):
        self.name, self.arguments = name, arguments
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, *self.arguments], preexec_fn=_die_with_parent, start_new_session=True
        )

    def restart_when_dead(self) -> None:
        if (code := self.process.poll()) is not None:
            print(
                f"tongban: {self.name} 意外退出（{code}），正在重新启动",
                file=sys.stderr,
                flush=True,
            )
            time.sleep(RESTART_SECONDS)
            self.process = self._start()

    def stop(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def web(chosen: argparse.Namespace, application: str = "tongban.config.asgi:application") -> Child:
    arguments = ["-m", "granian", "--interface", "asgi", "--host", chosen.host]
    arguments += ["--port", str(chosen.port), "--workers", str(chosen.workers)]
    arguments += [
        "--no-ws",
        "--log-level",
        "warning",
        "--backlog",
        "2048",
        "--backpressure",
        "8192",
    ]
    arguments += ["--workers-kill-timeout", "5", "--respawn-failed-workers"]
    return Child("web", [*arguments, application])


def worker() -> Child:
    return Child("worker", ["-c", "from tongban.config.worker import main; main()"])


def keep_running(children: list[Child], server: Postgres | None, stop: Stop) -> None:
    """Whatever dies alone is started again: database first, then who needs it."""
    while not stop.wait(0.5):
        if server and not server.is_running():
            print("tongban: 数据库意外停止，正在重新启动", file=sys.stderr, flush=True)
            with suppress(StartError):  # tried again in half a second
                server.start()
        for child in children:
            child.restart_when_dead()


def wait_until_answering(chosen: argparse.Namespace, web: Child, stop: Stop) -> None:
    host = "127.0.0.1" if chosen.host in ("0.0.0.0", "") else chosen.host  # noqa: S104
    for _ in range(600):
        if stop.asked:
            return
        if web.process.poll() is not None:
            raise StartError(f"网页服务没有启动（退出码 {web.process.returncode}），请看上面的日志")
        try:
            with socket.create_connection((host, chosen.port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise StartError("网页服务在 30 秒内没有应答")


def check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(
                f"端口 {port} 不可用（{error.strerror}），"
                "请用 --port 换一个端口，或先停止占用它的程序"
            ) from error


def prepare_district(*, empty: bool) -> Callable[[str, float], None]:
    """Load the reference district on the first start; returns what to print when ready."""
    from django.db import connection
    from django.utils import timezone

    from tongban.demo import loading, people

    if not empty and loading.is_empty():
        print("首次启动，正在装入演示区…", flush=True)
        loading.load(timezone.now())
    accounts = people.ACCOUNTS if loading.is_demo() else ()
    secret = loading.password() if accounts else ""
    connection.close()

    def say_hello(address: str, seconds: float) -> None:
        print(f"通办 Tongban  {address}  ({seconds:.1f} s)")
        for username, name, role, unit in accounts:
            print(f"  {username:10} {unit:5} {role.label} {name}")
        if accounts:
            print(f"  密码 {secret}  动态口令 tongban demo code 账号  手机验证码 tongban demo sms")
        sys.stdout.flush()

    return say_hello


def _die_with_parent() -> None:
    """Linux: our children get SIGTERM when we are killed, so that no process is left behind."""
    try:
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)
    except (OSError, AttributeError):
        return  # not Linux: an ordered stop still ends them
