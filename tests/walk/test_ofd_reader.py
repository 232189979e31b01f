"""A reader of OFD by other hands, in a real browser: it shows the paper as the PDF shows it, and
finds the seal whole, the digests right, and each of them wrong when a byte is changed."""

import base64
import json
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from statistics import correlation

import pytest
import zxingcpp
from PIL import Image, ImageFilter

pytestmark = pytest.mark.browser
READER = Path(__file__).parents[1] / "judges" / "ofd-0.2.6.min.js"
WIDTH = 840
TWO_PAPERS = """
import json
from time import monotonic, sleep
from django.utils import timezone
from tongban.kernel.files.store import path_of
from tongban.kernel.people.actor import actor_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.models import Matter
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling
from tongban.services.seals.models import SealedDocument
chen = actor_of(Account.objects.get(username="chen"), timezone.localdate())
waiting = Matter.objects.filter(kind="case", state="submitted", unit__code="SC").order_by("-pk")[:2]
numbers = [matter.number for matter in waiting]
take(Handling.accept, numbers[0], chen, key="ofd-accept")
take(Handling.request_corrections, numbers[1], chen, {"corrections": "补"}, key="ofd-correct")
sealed = SealedDocument.objects.filter(matter__number__in=numbers).exclude(ofd=None)
end = monotonic() + 60
while sealed.count() < 2 and monotonic() < end:
    sleep(0.2)
found = sealed.select_related("file", "ofd").order_by("kind")
files = [(paper.code, path_of(paper.ofd.digest), path_of(paper.file.digest)) for paper in found]
print(json.dumps(files, default=str))
"""
OPEN = """([content, font, width]) => new Promise(async (done) => {
  const bytes = (words) => Uint8Array.from(atob(words), (one) => one.charCodeAt(0)).buffer;
  document.fonts.add(await new FontFace('NotoSerifSC', bytes(font)).load());
  document.body.replaceChildren();
  ofd.parseOfdDocument({ofd: bytes(content), fail: (error) => done({error: `${error}`}),
    success: ([paper]) => {
      document.body.append(...ofd.renderOfd(width, paper));
      const stamps = Object.values(paper.stampAnnot).flat().map((one) => one.stamp.signedInfo);
      done({pages: paper.pages.length, seals: stamps.map((one) => one.VerifyRet),
        digests: stamps.map((one) => ofd.digestCheck(window.toBeChecked.get(one.signatureID)))});
    }});
})"""


@pytest.fixture(scope="module")
def papers(district):
    found = json.loads(district.shell(TWO_PAPERS))
    return [(code, Path(ofd).read_bytes(), Path(pdf)) for code, ofd, pdf in found]


@pytest.fixture
def reader(browser):
    context = browser.new_context(viewport={"width": WIDTH + 40, "height": 1300})
    page = context.new_page()
    page.set_content("<!doctype html><body style='margin:0'></body>")
    page.add_script_tag(path=READER)
    yield page
    context.close()


def told(reader, content):
    """What the reader says of a paper; it draws with the letters that the paper carries."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        (font,) = (name for name in package.namelist() if name.endswith(".otf"))
        letters = package.read(font)
    spelled = (base64.b64encode(one).decode() for one in (content, letters))
    return reader.evaluate(OPEN, [*spelled, WIDTH])


def shown(reader):
    page = reader.locator("body > div").first
    return Image.open(BytesIO(page.screenshot())).convert("L")


def printed(pdf):
    command = ["pdftoppm", "-r", "150", "-gray", "-png", "-f", "1", "-l", "1", pdf]
    return Image.open(
        BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)
    ).convert("L")


def alike(one, other):
    """Correlation of two pictures looked at from a little away: 1 is the same."""
    near = (picture.filter(ImageFilter.BoxBlur(picture.width / 200)) for picture in (one, other))
    return correlation(*(list(picture.resize((210, 297)).tobytes()) for picture in near))


def changed(content, places):
    """The package with one bit changed in each named file, so many bytes before its end."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as package, zipfile.ZipFile(made, "w") as other:
        for part in package.namelist():
            data = bytearray(package.read(part))
            if part in places:
                data[-places[part]] ^= 1
            other.writestr(part, bytes(data))
    return made.getvalue()


def test_it_shows_what_the_pdf_shows_finds_the_seal_whole_and_the_code_leads_to_the_proof(
    reader, papers
):
    (code, content, pdf), (_code, _content, another) = papers
    assert told(reader, content) == {"pages": 1, "seals": [True], "digests": [True]}
    picture = shown(reader)
    assert alike(picture, printed(pdf)) > 0.9 > alike(picture, printed(another)) + 0.1
    (read,) = zxingcpp.read_barcodes(picture.resize((picture.width * 2, picture.height * 2)))
    assert read.text.endswith(f"/verify/{code}/")


def test_it_finds_one_bit_of_the_words_and_one_of_the_seal_changed(reader, papers):
    _code, content, _pdf = papers[0]
    places = {"Doc_0/Pages/Page_0/Content.xml": 40, "Doc_0/Signs/Sign_0/SignedValue.dat": 5}
    found = told(reader, changed(content, places))
    assert found == {"pages": 1, "seals": [False], "digests": [False]}
