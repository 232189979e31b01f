"""A real district and a real browser for the walks."""

import os
import re
import shutil
import subprocess
import sys
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import sync_playwright

from tests.house import empty_folder, environment, free_port, running

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1366, "height": 768}
SWITCHES = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
]
LEAKS = ("(name=", " object at 0x", "None", "{{", "{%", "<Query")
AXE, AXE_OPTIONS = Axe(), {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def chromium():
    names = [os.environ.get("TONGBAN_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    program = chromium()
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a browser: apt-get install chromium")
        pytest.skip("no browser here: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=SWITCHES)


class District:
    """A running installation with the reference district, and its command line."""

    def __init__(self, folder, port):
        self.folder, self.address = folder, f"http://127.0.0.1:{port}"
        self.variables = {}
        secret = folder / "keys" / "demo-password"
        self.password = secret.read_text() if secret.exists() else ""

    def command(self, *words):
        done = subprocess.run(
            [sys.executable, "-m", "tongban.cli", *words],
            env={**environment(), "TONGBAN_DATA": str(self.folder), **self.variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def shell(self, code):
        return self.command("manage", "shell", "-v", "0", "-c", code)

    def phone_code(self, phone):
        log = (self.folder / "outbox" / "sms.log").read_text(encoding="utf-8")
        mine = [line for line in log.splitlines() if f"\t{phone}\t" in line]
        return re.findall(r"\d{6}", mine[-1].split("\t")[2])[0]


@pytest.fixture(scope="session")
def district():
    port = free_port()
    with empty_folder("walk") as path, running(path, port):
        yield District(path, port)


class Walker:
    """One person at one screen. Every page they come to is checked: no error of script or
    policy, nothing serious for axe, no untranslated English on a Chinese page."""

    def __init__(self, browser, district, size):
        self.district = district
        self.context = browser.new_context(
            viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True
        )
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _heard(self, message):
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(message.text)

    def go(self, path):
        answer = self.page.goto(self.district.address + path)
        assert answer.status < 400, (path, answer.status)
        self.check()

    def press(self, words, **more):
        self.page.get_by_role("button", name=words, **more).first.click()
        self.page.wait_for_load_state("networkidle")

    def follow(self, words):
        self.page.get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state("networkidle")

    def see(self, words):
        try:
            self.page.get_by_text(words).first.wait_for(timeout=20_000)
        except Late as late:
            raise AssertionError(f"no {words} in: {self.page.inner_text('body')}") from late

    def until(self, words, seconds=30):
        """Reload until the words are there: what a person does while a job works."""
        end = time.monotonic() + seconds
        while self.page.get_by_text(words).count() == 0:
            assert time.monotonic() < end, f"{words} never came: {self.page.inner_text('body')}"
            self.page.wait_for_timeout(400)
            self.page.reload()

    def check(self):
        assert self.faults == [], self.faults
        found = AXE.run(self.page, options=AXE_OPTIONS)
        serious = [
            (v["id"], [n["html"][:160] for n in v["nodes"][:3]])
            for v in found.response["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == [], (self.page.url, serious)
        words = self.page.inner_text("body")
        assert not any(leak in words for leak in LEAKS), words
        width = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert width <= 0, f"{self.page.url} is {width} px too wide"

    def sign_in_staff(self, username):
        self.go("/signin/staff/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", self.district.password)
        self.page.fill("#id_totp", self.district.command("demo", "code", username))
        self.press("登录", exact=True)

    def sign_in_phone(self, phone):
        self.page.fill("#id_phone", phone)
        self.press("获取验证码")
        self.page.fill("#id_code", self.district.phone_code(phone))
        self.check()
        self.press("登录", exact=True)


@pytest.fixture
def walker(browser, district):
    made = []

    def make(size):
        made.append(Walker(browser, district, size))
        return made[-1]

    yield make
    for one in made:
        one.context.close()


@pytest.fixture
def phone(walker):
    return walker(PHONE)


@pytest.fixture
def desktop(walker):
    return walker(DESKTOP)
