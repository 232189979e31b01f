"""The mirror: pages that stand still, whole, with links that lead somewhere."""

import re

import pytest

from tests import district
from tongban.services.catalogue.models import ServiceItem, Status, Theme
from tongban.services.portal import mirror

pytestmark = pytest.mark.django_db
LINK = re.compile(r'(?:href|src)="([^"#:]+)"')


def test_every_link_of_the_mirror_leads_to_a_file_and_a_second_run_adds_what_changed(tmp_path):
    district.load()
    written, _ = mirror.write(tmp_path)
    items = ServiceItem.objects.filter(status=Status.PUBLISHED, by_application=True).count()
    assert written > items + Theme.objects.count()
    pages = list(tmp_path.rglob("index.html"))
    assert len(pages) == written
    for page in pages:
        text = page.read_text()
        assert "csrfmiddlewaretoken" not in text and "hx-" not in text
        for target in LINK.findall(text):
            assert (page.parent / target).resolve().is_file(), (page, target)
    assert list(tmp_path.rglob("papers/*/blank_form.pdf"))
    theme = tmp_path / "themes/TH01/index.html"
    lost = tmp_path / f"items/{district.ITEM}/index.html"
    lost.unlink()
    Theme.objects.filter(code="TH01").update(withdrawn_on=district.TODAY)
    again, same = mirror.write(tmp_path)
    assert lost.exists() and not theme.exists()
    assert 0 < again < 40 < same  # what was lost, and pages that linked to what is gone
