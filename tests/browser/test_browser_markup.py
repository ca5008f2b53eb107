"""The scripts, styles and templates as Chromium reads them: it drops in silence what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from components.owner import drawing
from components.result.player import player
from studio.jobs.job import State
from tests.arrows import ROOT
from tests.studio.strategies import A_VIDEO, a_job_in

pytestmark = pytest.mark.browser

HOUSES = ("components", "demo", "pages", "web")


def files(kind: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for house in HOUSES for path in ROOT.glob(f"{house}/**/*.{kind}"))


IMPORTED = """async source => {
  const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  return typeof (await import(address)).default;
}"""

UNDERSTOOD = """rules => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  const numberOf = list => [...list].reduce((sum, rule) => sum + 1 + numberOf(rule.cssRules || []), 0);
  return numberOf(sheet.cssRules);
}"""

IS_A_DECLARATION = """declarations => declarations.map(one => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`a { ${one} }`);
  return sheet.cssRules.length === 1 && sheet.cssRules[0].style.length > 0;
})"""

STYLES = """html => {
  const page = new DOMParser().parseFromString(html, "text/html");
  return [...page.querySelectorAll("[style]")].map(element => element.getAttribute("style"));
}"""


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """An empty tab."""
    page = browser.new_page()
    yield page
    page.close()


def dropped(tab: Page, css: str) -> list[str]:
    """What Chromium does not understand of a style sheet."""
    rules = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found = [
        declaration.strip()
        for block in re.findall(r"\{([^{}]*)\}", rules)
        for declaration in block.split(";")
        if declaration.strip()
    ]
    wrong = not_declarations(tab, found)
    if rules.count("{") != rules.count("}") or tab.evaluate(UNDERSTOOD, rules) != rules.count("{"):
        wrong.append("a whole rule")
    return wrong


def not_declarations(tab: Page, declarations: list[str]) -> list[str]:
    fine = tab.evaluate(IS_A_DECLARATION, declarations)
    return [one for one, is_fine in zip(declarations, fine, strict=True) if not is_fine]


def declarations_in(tab: Page, html: str) -> list[str]:
    """All that stands in the `style` attributes of a piece of HTML."""
    return [one.strip() for style in tab.evaluate(STYLES, html) for one in style.split(";") if one.strip()]


BUILT_UPON = {
    "course.js": "moved",
    "streamlits_words.js": "sayInOtherWords",
    "putting.js": "put",
    "crop_geometry.js": "frameOf",
    "grid_card.js": "newCard",
    "grid_order.js": "newOrder",
    "grid_menu.js": "menuOf",
    "grid_choice.js": "newChoice",
    "grid_large.js": "newLarge",
    "grid_keys.js": "keyed",
    "grid_back.js": "backCloses",
    "grid_compare.js": "newCompare",
    "grid_rows.js": "newRows",
    "grid_typing.js": "followTyping",
    "grid_undo.js": "newUndo",
}
"""What those scripts give that stand above others."""


CLASSIC = {"page_start.js"}
"""What runs before any module does: `tests/browser/test_browser_languages.py` sees that it does so."""


@pytest.mark.parametrize("path", [path for path in files("js") if path.name not in CLASSIC], ids=str)
def test_a_script_is_a_module_that_gives_one_function(tab: Page, path: Path) -> None:
    source = (ROOT / path).read_text("utf-8")
    # Those that others build upon stand above them, and the other way round.
    above = {
        "given_files.js": "putting.js",
        "sound_input.js": "putting.js",
        "crop_box.js": "crop_geometry.js",
        "page_language.js": "streamlits_words.js",
    }
    if path.name in above:
        source = (ROOT / path).with_name(above[path.name]).read_text("utf-8") + source
    if given := BUILT_UPON.get(path.name):
        source += f"export default {given};"
    assert tab.evaluate(IMPORTED, source) == "function"


@pytest.mark.parametrize("path", files("css"), ids=str)
def test_nothing_of_a_style_sheet_is_dropped(tab: Page, path: Path) -> None:
    assert dropped(tab, (ROOT / path).read_text("utf-8")) == []


@pytest.mark.parametrize("what", ["player", "playing", "bar", "table"])
def test_nothing_of_a_style_attribute_is_dropped(tab: Page, what: str) -> None:
    job, part = a_job_in(State.DONE), drawing.Part("Spent", "$1", 1, drawing.SPENT)
    html = {
        "player": player(job, A_VIDEO, autoplay=False),
        "playing": player(job, A_VIDEO, autoplay=True),
        "bar": drawing.bar([part]),
        "table": drawing.table(["When", "What"], [["a long text", "$1"], ["id", "$2"]]),
    }[what]
    found = declarations_in(tab, html)
    assert found
    assert not_declarations(tab, found) == []


def test_there_are_scripts_and_style_sheets() -> None:
    assert len(files("js")) >= 5
    assert len(files("css")) >= 3


@pytest.mark.parametrize("source", ["export default function () {", "export default () => { await 1 }", "const a = ;"])
def test_a_script_that_cannot_be_read_is_seen(tab: Page, source: str) -> None:
    with pytest.raises(Error, match="SyntaxError"):
        tab.evaluate(IMPORTED, source)


@pytest.mark.parametrize(
    ("css", "seen"),
    [
        ("a { colour: red }", ["colour: red"]),
        ("a { color: redd }", ["color: redd"]),
        ("a { margin: 1rm; color: red }", ["margin: 1rm"]),
        ("a { color red }", ["color red"]),
        ("a { color: red", ["a whole rule"]),
        ("a:hoover { color: red } b { color: red }", ["a whole rule"]),
        ("@media (width > 1px) { a[ { color: red } }", ["a whole rule"]),
        ("a { color: var(--x) } @media (width > 1px) { b { --x: red } }", []),
    ],
)
def test_what_a_browser_drops_of_a_style_sheet_is_seen(tab: Page, css: str, seen: list[str]) -> None:
    assert dropped(tab, css) == seen
