"""Every page, looked at by axe at phone and desktop width, in both languages."""

import pytest

from tests.walk.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser
ITEM = "11440800MB2C1018564440105004001"
OPEN_TO_ALL = [
    *(
        "/",
        "/search/?q=食品许可",
        "/search/?q=zzzz",
        "/search/?q=身份证&unit=GA",
        f"/items/{ITEM}/",
        f"/items/{ITEM}/wall/",
        "/lists/",
        "/powers/",
        "/powers/SC/",
        "/powers/SC/?since=2021-06-01",
        "/themes/",
        "/themes/TH01/",
        "/themes/TH24/",
    ),
    *(
        "/verify/",
        "/hall/",
        "/hall/board/",
        "/hall/checkin/",
        "/hall/screen/",
        "/signin/",
        "/signin/staff/",
    ),
]
DESK = [
    *(
        "/desk/",
        "/desk/case/",
        "/desk/case/?state=correcting",
        "/desk/case/?q=没有这样的",
        "/desk/booking/",
    ),
    *("/desk/certificate/", "/desk/one_thing/", "/desk/?who=me"),
    *("/desk/supervision/", "/desk/finding/"),
    *("/desk/outbox/", "/desk/outbox/?state=sent", "/reports/", "/reports/cases_received/"),
    *("/desk/items/", "/desk/items/?q=没有这样的", f"/desk/items/{ITEM}/", "/desk/item_change/"),
    *(f"/desk/items/{ITEM}/edit/", f"/desk/items/{ITEM}/compare/?a=1&b=2", "/desk/imports/"),
    *("/desk/delegated/", "/desk/delegated/lines/?stage=in_force", "/desk/municipal/"),
    *("/desk/delegated/use/?only=advised", "/desk/delegation/"),
    *("/desk/municipal/powers/?answer=urgent", "/desk/consultation/"),
    "/desk/municipal_power/new/request/",
    *("/desk/themes/", "/desk/themes/new/?theme=TH01", "/desk/themes/suggestions/"),
    *("/desk/defects/", "/desk/items/bulk/?query=unit%3DSC", "/reports/limit_compression/"),
    "/reports/limit_compression/rows/?by=unit&part=SC",
    *("/reports/cases_closed/?by=month", "/reports/cases_closed/rows/", "/reports/mean_wait/"),
]
WHO = {390: "huang", 1366: "zhou"}
THEIRS = {
    "huang": ["/desk/delegated/report/", "/desk/load/", "/desk/roster/", "/desk/home_visit/"],
    "zhou": [
        "/desk/delegated/prepare/",
        "/desk/municipal/receive/",
        "/desk/searches/",
        "/desk/seals/waiting/",
        "/desk/seals/templates/",
        *("/desk/interfaces/", "/desk/interfaces/keys/new/", "/desk/interfaces/webhooks/new/"),
        *(
            "/desk/hall/",
            "/desk/hall/counters/1/",
            "/desk/hall/facilities/",
            "/desk/hall/walls/",
            "/desk/tally/",
            "/desk/crosscity/",
            "/desk/crosscity/places/haikou/",
            "/desk/company_visit/new/plan/",
            "/desk/hall/rhythm/",
            "/desk/kiosks/",
            "/desk/kiosks/KS01/",
        ),
        *("/desk/kiosks/bulletin/", "/desk/repair/", "/reports/kiosk_village_coverage/"),
        *("/desk/visits/groups/", "/desk/visits/groups/SC/"),
        "/desk/themes/import/",
        "/desk/fields/subject/",
    ],
}
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


def both_languages(walker, paths):
    for path in paths:
        walker.go(path)
    walker.context.add_cookies(
        [{"name": "django_language", "value": "en", "url": walker.district.address}]
    )
    for path in paths:
        walker.go(path)


@SIZES
def test_pages_open_to_all(walker, size):
    both_languages(walker(size), OPEN_TO_ALL)


@SIZES
def test_pages_of_the_desk(walker, size, district):
    one = walker(size)
    who = WHO[size["width"]]
    one.sign_in_staff(who)
    one.go("/desk/case/?state=closed")
    case = one.page.locator("table.list a").first.get_attribute("href")
    both_languages(one, [*THEIRS[who], case, f"{case}film/?at=2"])
    one.context.clear_cookies(name="django_language")
    if size is PHONE:  # English words are the longer ones: the narrow screen is the one to see
        both_languages(one, DESK)
    else:
        for path in DESK:
            one.go(path)


@SIZES
def test_pages_of_a_counter(walker, size):
    one = walker(size)
    one.sign_in_staff({390: "chen", 1366: "deng"}[size["width"]])
    one.go("/desk/case/?state=examining")
    case = one.page.locator("table.list a").first.get_attribute("href")
    pages = ["/desk/counter/", "/desk/counter/?find=食品", f"/desk/counter/?item={ITEM}"]
    pages += ["/desk/accept/", "/desk/papers/", "/desk/phrases/", "/desk/crosscity/new/1/"]
    both_languages(one, [*pages, case, *(f"{case}{p}/" for p in ("site_check", "review", "label"))])


@SIZES
def test_pages_of_an_applicant_and_elder_mode(walker, size, district):
    one = walker(size)
    one.go("/signin/?next=/my/")
    one.sign_in_phone({390: "13800139001", 1366: "13800139002"}[size["width"]])
    one.see("我的办件")
    links = one.page.locator("a.matter-card")
    one.go("/my/certificates/")
    card = one.page.locator("a.held").first.get_attribute("href")
    paths = ["/my/certificates/", card, "/themes/TH24/apply/", "/themes/TH24/apply/materials/"]
    paths += ["/book/", f"/book/?item={ITEM}", "/my/new/home_visit/request/"]
    paths += ["/my/new/startup/apply/"]
    one.go("/my/")
    paths += ["/my/", *(links.nth(n).get_attribute("href") for n in range(min(links.count(), 3)))]
    both_languages(one, paths)
    one.context.clear_cookies(name="django_language")
    one.go("/")
    one.press("长辈版")
    assert one.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 20
    for path in (*paths, f"/items/{ITEM}/"):
        one.go(path)


def test_a_page_that_is_not_there_and_one_that_is_forbidden(walker):
    one = walker(PHONE)
    for path in ("/nowhere/", "/my/"):
        one.page.goto(one.district.address + path)
        one.check()


def test_the_desk_is_worked_by_keyboard_alone(walker):
    """From sign-in to an opened step form without a mouse."""
    one = walker(DESKTOP)
    one.go("/signin/staff/")
    keys = one.page.keyboard
    one.page.locator("#id_username").focus()
    keys.type("luo")
    keys.press("Tab")
    keys.type(one.district.password)
    keys.press("Tab")
    keys.type(one.district.command("demo", "code", "luo"))
    keys.press("Enter")
    one.page.wait_for_url("**/desk/")
    one.go("/desk/case/?state=correcting")
    for _ in range(60):
        keys.press("Tab")
        if one.page.evaluate("document.activeElement.closest('table.list') !== null"):
            break
    keys.press("Enter")
    one.page.wait_for_selector(".queue-list")
    keys.press("?")
    assert one.page.locator("dialog[open]").count() == 1
    keys.press("?")
    rows = one.page.locator(".queue-list a")
    on_last = "on" in (rows.last.get_attribute("class") or "")
    with one.page.expect_navigation():
        keys.press("k" if on_last else "j")
    one.page.wait_for_load_state("networkidle")
    one.check()
