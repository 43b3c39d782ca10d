"""The page in Chromium: nothing overflows, contrast AA, under Jenkins's policy, without its style
sheet, by keyboard alone, and at 200 %."""

import os
import pathlib

import pytest
from conftest import JENKINS, ROOT, served, shown

WIDTHS = [400, 900, 1600]

# What sticks out to the right of the window, or of what clips it.
OVERFLOWING = """() => {
  const out = [];
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth > width) out.push(`the page: ${document.scrollingElement.scrollWidth} > ${width}`);
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || element.closest('thead') && getComputedStyle(element.closest('thead')).position === 'absolute') continue;
    if (box.right > width + 0.5 || box.left < -0.5) out.push(`${element.tagName} ${element.className} ${box.left} to ${box.right}: ${element.textContent.slice(0, 60)}`);
    const style = getComputedStyle(element);
    if (style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1) out.push(`${element.tagName} is cut off`);
  }
  return out;
}"""

# Texts whose colour is too near to what is behind them (WCAG 2.1, 1.4.3), and bars (1.4.11).
FAINT = """() => {
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return {rgb: n.slice(0, 3), a: n.length > 3 ? n[3] : 1}; };
  const light = rgb => { const [r, g, b] = rgb.map(v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = element => { for (let e = element; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c.rgb; if (c.a !== 0) throw new Error('half transparent'); } return [255, 255, 255]; };
  const out = [];
  let looked = 0;
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const back = behind(element);
    if (element.tagName === 'rect') {
      const paint = style.fill === 'none' ? style.stroke : style.fill;
      if (ratio(parse(paint).rgb, back) < 3) out.push(`a bar: ${paint}`);
      continue;
    }
    if (element.closest('svg')) continue;
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own) continue;
    ++looked;
    const size = parseFloat(style.fontSize), bold = parseInt(style.fontWeight) >= 700;
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    const found = ratio(parse(style.color).rgb, back);
    if (found < least) out.push(`${found.toFixed(2)}: ${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`);
  }
  return {looked, faint: [...new Set(out)]};
}"""


def open_all(page):
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows(chromium, month, width):
    with served(month.out) as url, shown(chromium, url, width) as page:
        assert page.evaluate(OVERFLOWING) == []
        open_all(page)
        assert page.evaluate(OVERFLOWING) == []
        assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1600])
def test_contrast_is_aa(chromium, month, width, scheme):
    with served(month.out) as url, shown(chromium, url, width, scheme) as page:
        open_all(page)
        found = page.evaluate(FAINT)
        assert found["faint"] == []
        assert found["looked"] > 300
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") == (scheme == "light")


def test_the_contrast_test_can_fail(chromium, month):
    with served(month.out) as url, shown(chromium, url) as page:
        page.add_style_tag(content=":root { --faint: #aaaaaa; --bar: #eeeeee; }")
        faint = page.evaluate(FAINT)["faint"]
        assert any("caption" in each.lower() for each in faint)
        assert any("a bar" in each for each in faint)


def test_the_overflow_test_can_fail(chromium, month):
    with served(month.out) as url, shown(chromium, url, 400) as page:
        page.add_style_tag(content="h1 { white-space: nowrap; }")
        assert page.evaluate(OVERFLOWING) != []


def test_jenkins_shows_it_as_anybody_else(chromium, month):
    """Under Jenkins's content security policy: the same to the pixel."""
    pictures = []
    for policy in ("", JENKINS):
        with served(month.out, policy) as url, shown(chromium, url) as page:
            pictures.append(page.screenshot(full_page=True))
            assert page.complaints == []
    assert pictures[0] == pictures[1]


def test_one_file_is_the_same_page(chromium, months):
    month = months["amiss"]
    out = month.report("inline", "--inline")
    assert [file.name for file in out.iterdir() if file.suffix == ".css"] == []
    with served(out) as url, shown(chromium, url) as page:
        assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1344px"
        assert page.complaints == []


def test_without_its_style_sheet_it_says_everything(chromium, month):
    texts = []
    for style_sheet in (True, False):
        with served(month.out, style_sheet=style_sheet) as url, shown(chromium, url) as page:
            open_all(page)
            texts.append(" ".join(page.evaluate("document.body.innerText").split()).lower())
            # What is drawn is said, too.
            for svg in page.query_selector_all("svg"):
                assert " of " in svg.get_attribute("aria-label")
            states = page.evaluate(
                "[...document.querySelectorAll('.badge, .verdict')].map(each => each.innerText)")
            assert all(states)
    assert texts[0] == texts[1]


def test_by_keyboard_alone(chromium, month):
    """Tab reaches each link and each day by day, in the page's order, and shows where it is."""
    with served(month.out, JENKINS) as url, shown(chromium, url, 900) as page:
        wanted = page.evaluate(
            "[...document.querySelectorAll('a, summary')].map(each => each.innerText)")
        assert len(wanted) == 7 + 3
        for words in wanted:
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.innerText") == words
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert style == "solid"
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.parentElement.open") is True
        for _ in range(4):
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#drill" or page.url.endswith("#drill")


@pytest.mark.parametrize("width", WIDTHS)
def test_at_200_percent(chromium, month, width):
    """The browser's zoom: half as many pixels for the page."""
    with served(month.out) as url, shown(chromium, url, width // 2, scale=2) as page:
        open_all(page)
        assert page.evaluate(OVERFLOWING) == []


def test_the_pictures_of_the_documentation(chromium, months):
    """UPDATE_GOLDEN=1 takes them anew; without it they must be there, and be of that width."""
    images = pathlib.Path(ROOT / "docs" / "images")
    wanted = {"report-400.png": ("amiss", 400, "light"), "report-900.png": ("amiss", 900, "light"),
              "report-1600.png": ("well", 1600, "light"),
              "report-1600-dark.png": ("amiss", 1600, "dark")}
    for name, (ending, width, scheme) in wanted.items():
        if os.environ.get("UPDATE_GOLDEN"):
            images.mkdir(exist_ok=True)
            month = months[ending]
            with served(month.out, JENKINS) as url, shown(chromium, url, width, scheme) as page:
                height = page.evaluate("document.documentElement.scrollHeight")
                page.screenshot(path=images / name, full_page=True, clip={
                    "x": 0, "y": 0, "width": width, "height": min(height, 2400)})
        head = (images / name).read_bytes()[:24]
        assert head.startswith(b"\x89PNG")
        assert int.from_bytes(head[16:20], "big") == width
