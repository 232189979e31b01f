"""Papers as OFD: read by a reader written from the standard, their seal judged by OpenSSL."""

import base64
import random
import re
import subprocess
import zipfile
from datetime import timedelta
from io import BytesIO
from xml.etree import ElementTree as Tree

import pytest
import typst
import zxingcpp
from asn1crypto import core
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageFont

from tests import district
from tests.services.test_papers import text_of
from tongban.kernel.files.store import path_of
from tongban.kernel.people.models import Account
from tongban.kernel.procedures.after import run_work
from tongban.kernel.procedures.taking import take
from tongban.services.cases.procedure import Handling
from tongban.services.seals import national, ofd, ofd_signing, sm2certificate
from tongban.services.seals.fonts import SERIF
from tongban.services.seals.models import Seal, SealedDocument
from tongban.services.seals.signing import SealNotInForce
from tongban.services.seals.verifying import CHANGED, INVALID, VALID, verify

pytestmark = pytest.mark.django_db
OFD = "{http://www.ofdspec.org/2016}"
DISTID = "distid:1234567812345678"


@pytest.fixture
def paper(db):
    district.load()
    matter = district.applied(district.shopkeeper())
    event = take(Handling.accept, matter, district.person("chen"), key="a", at=district.NOON)
    run_work(name="document", matter_id=matter.pk, event_id=event.pk)
    return SealedDocument.objects.select_related("file", "ofd", "seal").get()


def content(paper):
    return path_of(paper.ofd.digest).read_bytes()


def parts_of(data):
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def resolved(base, location):
    """A path of the standard (7.4): from the root when it begins with a slash."""
    if location.startswith("/"):
        return location[1:]
    return f"{base.rpartition('/')[0]}/{location}".lstrip("/")


def pages_of(parts):
    """Objects page by page, every reference followed from OFD.xml on, as a reader does it."""
    entry = Tree.fromstring(parts["OFD.xml"])
    assert (entry.tag, entry.get("DocType"), entry.get("Version")) == (f"{OFD}OFD", "OFD", "1.0")
    root = entry.findtext(f"{OFD}DocBody/{OFD}DocRoot")
    document = Tree.fromstring(parts[root])
    resources = resolved(root, document.findtext(f".//{OFD}PublicRes"))
    fonts = {one.get("ID") for one in Tree.fromstring(parts[resources]).iter(f"{OFD}Font")}
    box = document.findtext(f".//{OFD}PhysicalBox")
    ids = [*fonts]
    for page in document.iter(f"{OFD}Page"):
        ids.append(page.get("ID"))
        found = Tree.fromstring(parts[resolved(root, page.get("BaseLoc"))])
        objects = list(found.iter(f"{OFD}Layer"))[0]
        ids += [objects.get("ID"), *(one.get("ID") for one in objects)]
        yield [float(n) for n in box.split()], fonts, list(objects)
    assert len(ids) == len(set(ids))
    assert max(map(int, ids)) <= int(document.findtext(f".//{OFD}MaxUnitID"))


def words_of(parts):
    found = []
    for _box, fonts, objects in pages_of(parts):
        for one in objects:
            if one.tag == f"{OFD}TextObject":
                code = one.find(f"{OFD}TextCode")
                apart = (code.get("DeltaX") or "").split()
                assert len(apart) == len(code.text) - 1 and one.get("Font") in fonts
                found.append(code.text)
    return "".join(found)


def test_it_says_what_the_pdf_says_letter_by_letter_inside_the_page(paper):
    parts = parts_of(content(paper))
    pdf = text_of(path_of(paper.file.digest).read_bytes())
    ours = words_of(parts).replace(" ", "")
    assert sorted(ours) == sorted(re.sub(r"\s", "", pdf))
    assert "受理通知书" in ours and paper.number in ours
    kinds = set()
    for (_x, _y, width, height), _fonts, objects in pages_of(parts):
        assert (round(width), round(height)) == (210, 297)
        for one in objects:
            x, y, w, h = (float(n) for n in one.get("Boundary").split())
            assert x >= 0 and y >= 0 and x + w <= width and y + h <= height
            kinds.add(one.tag.removeprefix(OFD))
    assert kinds == {"TextObject", "PathObject"}
    assert scanned(parts).endswith(f"/verify/{paper.code}/")


def test_it_carries_the_shape_of_every_letter_it_draws_and_of_no_other(paper):
    """FreeType, an outside reader of fonts, draws each as the whole font does."""
    parts = parts_of(content(paper))
    resources = Tree.fromstring(parts["Doc_0/PublicRes.xml"])
    (carried,) = (font.findtext(f"{OFD}FontFile") for font in resources.iter(f"{OFD}Font"))
    file = parts[f"Doc_0/{resources.get('BaseLoc')}/{carried}"]
    assert len(file) < 100_000 < SERIF.stat().st_size
    own, whole = (ImageFont.truetype(source, 40) for source in (BytesIO(file), str(SERIF)))
    letters = set(words_of(parts)) - {" "}
    assert len(letters) > 100
    for letter in letters:
        assert bytes(own.getmask(letter)) == bytes(whole.getmask(letter)), letter
    assert "鑫" not in letters and bytes(own.getmask("鑫")) != bytes(whole.getmask("鑫"))


def test_letters_joined_to_one_shape_are_written_apart():
    pdf = typst.compile(b'#set text(font: "Noto Serif SC")\noffice fly', font_paths=[SERIF.parent])
    words = words_of(ofd.package_of(pdf, "x", "y", timezone.now()).parts)
    assert "office" in words and "fly" in words


def scanned(parts, dots=12):
    """The code at the foot of the page as a reader draws it, read by an outside reader."""
    _box, _fonts, objects = list(pages_of(parts))[-1]
    image = Image.new("L", (210 * dots, 297 * dots), 255)
    for one in objects:
        if one.tag != f"{OFD}PathObject":
            continue
        x, y, _w, _h = (float(n) for n in one.get("Boundary").split())
        half = float(one.get("LineWidth")) / 2
        _m, ax, ay, _l, bx, by = one.findtext(f"{OFD}AbbreviatedData").split()
        assert ay == by and abs(float(ay) - half) < 0.01
        box = (x + float(ax), y + float(ay) - half, x + float(bx), y + float(by) + half)
        image.paste(0, tuple(round(n * dots) for n in box))
    return zxingcpp.read_barcodes(image)[0].text


def test_its_seal_is_judged_by_openssl_digest_by_digest(paper, tmp_path):
    parts = parts_of(content(paper))
    signature = Tree.fromstring(parts[ofd_signing.SIGNATURE])
    named = {}
    for one in signature.iter(f"{OFD}Reference"):
        named[one.get("FileRef").lstrip("/")] = one.findtext(f"{OFD}CheckValue")
    assert named.keys() == parts.keys() - ofd_signing.UNSIGNED
    for path, told in named.items():
        made = openssl("dgst", "-sm3", "-binary", given=parts[path])
        assert base64.b64encode(made).decode() == told
    value = core.Sequence.load(parts[ofd_signing.VALUE])
    to_sign, certificate, _method, signed = (value[n] for n in range(4))
    hashed = openssl("dgst", "-sm3", "-binary", given=parts[ofd_signing.SIGNATURE])
    assert bytes(to_sign[3].contents[1:]) == hashed
    (tmp_path / "signed").write_bytes(to_sign.dump())
    (tmp_path / "signature").write_bytes(bytes(signed.contents[1:]))
    (tmp_path / "seal.pem").write_text(sm2certificate.as_pem(certificate.native))
    root = Client().get("/verify/sm2-root.pem").content
    (tmp_path / "root.pem").write_bytes(root)
    told = openssl(
        *("verify", "-CAfile", str(tmp_path / "root.pem"), "-vfyopt", DISTID, "-x509_strict"),
        str(tmp_path / "seal.pem"),
    )
    assert told.endswith(b": OK\n"), told
    key = openssl("x509", "-in", str(tmp_path / "seal.pem"), "-pubkey", "-noout")
    (tmp_path / "key.pem").write_bytes(key)
    told = openssl(
        *("dgst", "-sm3", "-verify", str(tmp_path / "key.pem"), "-sigopt", DISTID),
        *("-signature", str(tmp_path / "signature"), str(tmp_path / "signed")),
    )
    assert told == b"Verified OK\n"
    shown = openssl(
        "x509", "-in", str(tmp_path / "seal.pem"), "-noout", "-subject", "-nameopt", "utf8"
    )
    assert paper.seal.name in shown.decode()


def openssl(*words, given=None):
    return subprocess.run(["openssl", *words], input=given, capture_output=True, check=True).stdout


def test_valid_when_kept_here_changed_when_only_sealed_invalid_when_touched(paper):
    data = content(paper)
    found = verify(data)
    assert (found.answer, found.signer, found.seal_in_force) == (VALID, paper.seal.name, True)
    assert found.document == paper
    repacked = repack(parts_of(data), zipfile.ZIP_STORED)
    assert verify(repacked).answer == CHANGED  # the same inside, but not the file that is kept
    source = random.Random(5)
    for name, part in parts_of(data).items():
        for place in source.sample(range(len(part)), 6):
            changed = bytearray(part)
            changed[place] ^= 1 << source.randrange(8)
            answer = verify(repack({**parts_of(data), name: bytes(changed)})).answer
            unsigned = name == ofd_signing.SIGNATURES  # a list of signatures: names the one
            assert answer == INVALID or unsigned, (name, place)
    for place in source.sample(range(len(data)), 40):
        changed = bytearray(data)
        changed[place] ^= 1 << source.randrange(8)
        assert verify(bytes(changed)).answer != VALID, place
    more = {**parts_of(data), "Doc_0/Pages/Page_9/Content.xml": b"<a/>"}
    assert verify(repack(more)).answer == INVALID
    assert verify(repack({n: p for n, p in more.items() if "Seal.esl" not in n})).answer == INVALID
    assert verify(b"PK\x03\x04 nothing").answer == INVALID


def repack(parts, how=zipfile.ZIP_DEFLATED):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", how) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return out.getvalue()


def test_a_seal_of_another_maker_is_no_seal_of_ours(paper, monkeypatch):
    from tongban.kernel.trust.sm2 import PrivateKey

    other = PrivateKey.generate()
    monkeypatch.setattr(national, "maker", lambda: other)
    forged = national.structure(paper.seal, timezone.now())
    monkeypatch.undo()
    assert not national.is_genuine(forged)
    package = ofd.package_of(path_of(paper.file.digest).read_bytes(), "x", "abc", timezone.now())
    paper.seal.structure = forged
    ofd_signing.sign(package, paper.seal, timezone.now())
    assert verify(package.packed()).answer == INVALID


def test_a_seal_out_of_force_seals_no_ofd_either(paper):
    package = ofd.package_of(path_of(paper.file.digest).read_bytes(), "x", "abc", timezone.now())
    with pytest.raises(SealNotInForce):
        ofd_signing.sign(package, paper.seal, timezone.now() + timedelta(days=9999))


def test_who_sees_the_case_gets_it_and_the_archive_holds_it(paper):
    client = Client()
    client.force_login(Account.objects.get(username="chen"))
    answer = client.get(f"/documents/{paper.code}/ofd/")
    assert b"".join(answer.streaming_content) == content(paper)
    assert answer["Content-Type"] == "application/ofd"
    assert (
        f"/documents/{paper.code}/ofd/"
        in client.get(f"/desk/case/{paper.matter.number}/").content.decode()
    )
    client.force_login(Account.objects.get(username="ye"))
    assert client.get(f"/documents/{paper.code}/ofd/").status_code == 404
    answer = Client().get(f"/verify/{paper.code}/sm2-certificate.pem").content.decode()
    assert answer == sm2certificate.as_pem(
        national.certificate_in(bytes(Seal.objects.get(pk=paper.seal_id).structure))
    )
