"""The page for somebody who has set the browser's text to twice its size: the window stays."""

import pytest
from conftest import launched, served, shown
from test_browser import OVERFLOWING, WIDTHS, open_all


@pytest.fixture(scope="module")
def large_text():
    with launched("--blink-settings=defaultFontSize=32") as browser:
        yield browser


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows(large_text, month, width):
    with served(month.out) as url, shown(large_text, url, width) as page:
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "32px"
        open_all(page)
        assert page.evaluate(OVERFLOWING) == []
