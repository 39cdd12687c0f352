"""The site in a real browser: nothing is fetched, it fits a phone, a keyboard is enough, it prints.

What can be said without a browser is asked in test_sider.py.
"""

import base64

import pytest

from tests.axe import OVER_KANTEN
from tests.reports.nettsted.conftest import Sted
from vigo_pipeline.maintain.nettleser import CHROMIUM, Nettleser

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium on the PATH (Debian: apt-get install chromium)"
)
PHONE, WIDE = 390, 1400


@pytest.mark.parametrize("bredde", [PHONE, WIDE])
def test_every_page_opens_offline_without_complaint_and_fits(
    nettleser: Nettleser, sted: Sted, bredde: int
) -> None:
    # The rounds' pages are alike: the one with everything, and one where nothing has come.
    runder = [s for s in sted.sider if s.parent.name == "runde"]
    alike = {s for s in runder if "oktober_" not in s.name} - set(runder[:1])
    # So are those of the rules, but for their words.
    regler = [s for s in sted.sider if s.parent.name == "regel"]
    alike |= {*regler} - {*regler[::10]}
    for side in (s for s in sted.sider if s not in alike):
        nettleser.open(side.as_uri(), bredde)
        hentet = [h["request"]["url"] for h in nettleser.events("Network.requestWillBeSent")]
        assert hentet == [side.as_uri()]
        assert not nettleser.events("Log.entryAdded"), side.name
        assert not nettleser.events("Runtime.exceptionThrown")
        synlig = nettleser.value(OVER_KANTEN)
        assert synlig <= 0, f"{side.name} is {synlig} too wide at {bredde}"


def test_a_keyboard_is_enough(nettleser: Nettleser, sted: Sted) -> None:
    nettleser.open((sted.mappe / "statistikk.html").as_uri(), PHONE)
    nettleser.press("Tab")
    assert nettleser.value("document.activeElement.className") == "hopp"
    assert nettleser.value("document.activeElement.getBoundingClientRect().left") >= 0
    nettleser.press("Enter")
    assert nettleser.value("location.hash") == "#innhold"
    # Past the menu: the next stop is in the content, and what has focus is marked.
    nettleser.press("Tab")
    assert nettleser.value("document.activeElement.closest('main') !== null")
    assert nettleser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    nettleser.value("document.querySelector('summary').focus()")
    assert not nettleser.value("document.querySelector('details').open")
    nettleser.press("Enter")
    assert nettleser.value("document.querySelector('details').open")


def test_a_wide_table_scrolls_in_its_own_box_by_keyboard(nettleser: Nettleser, sted: Sted) -> None:
    nettleser.open((sted.mappe / "aarshjul.html").as_uri(), PHONE)
    boks = "document.querySelector('.tabell')"
    assert nettleser.value(f"{boks}.scrollWidth > {boks}.clientWidth")
    nettleser.value(f"{boks}.focus()")
    assert nettleser.value(f"document.activeElement === {boks}")


def test_it_prints_without_the_menu(nettleser: Nettleser, sted: Sted) -> None:
    nettleser.open((sted.mappe / "index.html").as_uri(), WIDE)
    pdf = base64.b64decode(nettleser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    assert pdf.startswith(b"%PDF")
    nettleser.call("Emulation.setEmulatedMedia", media="print")
    assert nettleser.value("getComputedStyle(document.querySelector('header')).display") == "none"
    assert nettleser.value("document.querySelector('svg.hjul').getBoundingClientRect().width") > 0
    nettleser.call("Emulation.setEmulatedMedia", media="")
