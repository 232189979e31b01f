"""A kiosk in a real browser: enrolled, signed in by a phone, used, left; alone without network."""

import re

from .conftest import DESKTOP, PHONE
from .test_hall_devices import until

CALLS = """
from tongban.services.kiosks.models import CallBack
for c in CallBack.objects.all(): print(c.words)
"""
CONFIRM = """
from django.utils import timezone
from tongban.services.kiosks.models import SignIn, Sitting
print(Sitting.objects.filter(ended_at=None).count(), SignIn.objects.exclude(used_at=None).count())
"""
POINTED = "document.querySelector('.qr svg path').getAttribute('d').length > 100"


def enrolled(walker, bureau):
    bureau.sign_in_staff("zhao")
    bureau.go("/desk/kiosks/KS02/")
    bureau.press("生成登记码")
    code = re.search(r"[0-9A-Z]{10}", bureau.page.locator(".code").first.inner_text())[0]
    kiosk = walker(DESKTOP)
    kiosk.go("/kiosk/")
    kiosk.page.fill("#code", code)
    kiosk.press("登记", exact=True)
    kiosk.see("您想办什么")
    kiosk.check()
    return kiosk


def test_from_enrolment_to_leaving_and_through_a_broken_network(walker, district):
    bureau, phone = walker(DESKTOP), walker(PHONE)
    kiosk = enrolled(walker, bureau)
    kiosk.page.get_by_role("link", name="办件进度查询").click()
    kiosk.see("放上身份证，或用手机扫码登录")
    kiosk.check()
    until(kiosk, POINTED)
    phone.go("/signin/?next=/my/")
    phone.sign_in_phone("13800139001")
    phone.see("我的办件")
    token = _token(kiosk)
    phone.go(token)
    phone.press("确认登录")
    phone.see("已确认")
    kiosk.see("我的办件")  # the kiosk heard of it by itself
    kiosk.check()
    for path in (
        "/kiosk/",
        "/kiosk/?unit=RS",
        "/kiosk/keeper/",
        "/kiosk/judging/",
        "/kiosk/firms/",
    ):
        kiosk.go(path)
    kiosk.press("办完退出")
    kiosk.see("没有留下您的信息")
    kiosk.page.go_back()
    kiosk.page.wait_for_load_state("networkidle")
    assert "我的办件" not in kiosk.page.inner_text("main")
    kept = kiosk.page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "139001" not in kept and "李" not in kept
    assert {c["name"] for c in kiosk.context.cookies()} <= {"kiosk", "csrftoken", "sessionid"}
    assert district.shell(CONFIRM).startswith("0 1")

    kiosk.go("/kiosk/")
    until(kiosk, "navigator.serviceWorker && !!navigator.serviceWorker.controller")
    kiosk.context.set_offline(True)
    kiosk.page.goto(district.address + "/my/")
    kiosk.see("网络中断，正在等待恢复")
    kiosk.page.fill("#phone", "13900139009")
    kiosk.page.fill("#words", "想办老人优待证")
    kiosk.page.get_by_role("button", name="记下来").first.click()
    kiosk.see("现在还没有提交")
    kept = kiosk.page.evaluate("localStorage.getItem('tongban-kiosk')")
    assert "13900139009" not in kept and "优待证" not in kept
    assert district.shell(CALLS) == ""
    kiosk.faults.clear()  # the browser says that the network is away
    kiosk.context.set_offline(False)
    until(kiosk, "JSON.parse(localStorage.getItem('tongban-kiosk')).entries.length === 0")
    assert district.shell(CALLS) == "想办老人优待证"
    kiosk.see("您想办什么")  # the page gave way by itself
    kiosk.faults.clear()
    kiosk.check()
    bureau.go("/desk/kiosks/calls/")
    bureau.see("想办老人优待证")
    for path in ("/desk/kiosks/contents/", "/desk/kiosks/items/", "/desk/startup/settings/"):
        bureau.go(path)


def _token(kiosk):
    """The path in the code, read as a camera does."""
    from tests.services.test_kiosk_screen import scanned

    return scanned(kiosk.page.content())
