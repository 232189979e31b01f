"""Take the pictures of the docs from a fresh installation: python tools/screenshots.py"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tests.house import empty_folder, free_port, running  # noqa: E402
from tests.walk.conftest import (  # noqa: E402
    DESKTOP,
    PHONE,
    SWITCHES,
    District,
    Walker,
    chromium,
)

PICTURES = ROOT / "docs" / "pictures"
ITEM = "11440800MB2C1018564440105004001"
DRAW = """
from tongban.kernel.procedures.taking import take
from tongban.services.hall import queue
from datetime import date
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account
from tongban.services.hall.models import Counter
from tongban.services.hall.procedure import Queueing
for n in range(6):
    take(Queueing.draw, None, queue.HALL_MACHINE, {"group": "SC" if n < 4 else "GA"}, key=f"p{n}")
for name, number in (("luo", 10), ("ye", 1), ("ye", 2)):
    account = Account.objects.get(username=name)
    counter = Counter.objects.get(number=number)
    queue.call_next(counter, actor_of(account, date.today()), f"{name}-{number}")
"""

INVITE = """
from django.utils import timezone
from tongban.kernel.devices.enrolling import invite
from tongban.kernel.devices.models import Device
print(invite(Device.objects.get(code='KS01'), timezone.now()))
"""


def main() -> None:
    port = free_port()
    with empty_folder("pictures") as folder, running(folder, port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        take_all(browser, District(folder, port))


def take_all(browser: object, district: District) -> None:
    PICTURES.mkdir(exist_ok=True)
    phone = Walker(browser, district, PHONE)
    picture(phone, "/", "portal-phone")
    picture(phone, f"/items/{ITEM}/", "guide-phone")
    phone.go("/signin/?next=/my/")
    phone.sign_in_phone("13800139001")
    phone.page.locator("a.matter-card").first.click()
    phone.page.wait_for_load_state("networkidle")
    phone.page.screenshot(path=PICTURES / "my-matter-phone.png", full_page=True)
    district.shell(DRAW)
    clerk = Walker(browser, district, DESKTOP)
    clerk.sign_in_staff("chen")
    approver = Walker(browser, district, DESKTOP)
    approver.sign_in_staff("liang")
    approver.go("/desk/case/?state=examining")
    address = approver.page.locator("table.list a").first.get_attribute("href")
    picture(approver, address, "case")
    picture(clerk, "/desk/case/", "list")
    clerk.go("/hall/counter/")
    for _opened_then_called in range(2):
        clerk.page.keyboard.press("n")
        clerk.page.wait_for_load_state("networkidle")
    clerk.page.screenshot(path=PICTURES / "counter.png")
    picture(clerk, "/hall/board/", "board")
    picture(Walker(browser, district, DESKTOP), "/hall/", "hall")
    picture(at_kiosk(browser, district), "/kiosk/", "kiosk")
    leader = Walker(browser, district, DESKTOP)
    leader.sign_in_staff("leader")
    picture(leader, "/reports/", "leader")
    picture(leader, "/reports/cases_received/?by=item", "figure")


def at_kiosk(browser: object, district: District) -> Walker:
    """A browser enrolled as a kiosk, by a code as the bureau's page makes it."""
    kiosk = Walker(browser, district, {"width": 1280, "height": 1024})
    kiosk.go("/kiosk/")
    kiosk.page.fill("#code", district.shell(INVITE))
    kiosk.press("登记", exact=True)
    return kiosk


def picture(walker: Walker, path: str, name: str) -> None:
    walker.go(path)
    walker.page.screenshot(path=PICTURES / f"{name}.png")


if __name__ == "__main__":
    main()
