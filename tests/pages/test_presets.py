"""Presets on Create: saved once however often it is clicked, refused in words, and read only while they are shown."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from bench.statements import reads_counted
from components.messages.sentences import PRESETS_NOT_SAVED, PRESETS_SAVED
from studio.installation import Studio
from studio.presets import AT_MOST, NotSaved
from studio.queue.kept_presets import Saved
from tests.pages.conftest import ran
from tests.studio.strategies import NOON

Open = Callable[[], AppTest]


def with_ideas(tab: AppTest) -> AppTest:
    """The tab with the part open in which presets are."""
    tab.session_state["ideas"] = True
    return ran(tab)


def save(tab: AppTest, name: str) -> AppTest:
    next(field for field in tab.text_input if field.label == "Save as a preset").set_value(name)
    next(button for button in tab.button if button.label == "Save preset").click()
    return ran(tab)


def said(tab: AppTest) -> list[str]:
    """What the page says in small print and in warnings."""
    return [element.value for element in [*tab.caption, *tab.warning]]


def test_what_stands_on_the_form_is_saved_under_its_name_and_a_second_click_is_the_same_one(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    tab = with_ideas(open_app())
    tab.text_area[0].set_value("The waves roll in")
    next(radio for radio in tab.radio if radio.label == "How many").set_value(3)
    save(tab, "  Slow \n waves ")
    [(name, settings)] = studio.presets.of(visitor).items()
    assert name == "Slow waves"
    assert settings is not None
    assert (settings.prompt, settings.count) == ("The waves roll in", 3)
    assert PRESETS_SAVED[Saved.NEW] in said(tab)
    save(tab, "Slow waves")
    assert PRESETS_SAVED[Saved.NEW] in said(tab)
    save(tab, "")
    save(tab, "Slow waves")
    assert PRESETS_SAVED[Saved.UNCHANGED] in said(tab)
    tab.text_area[0].set_value("The wind blows")
    ran(tab)
    assert PRESETS_SAVED[Saved.UNCHANGED] not in said(tab), "of what stands there now that is not true"
    save(tab, "Slow waves")
    assert PRESETS_SAVED[Saved.REPLACED] in said(tab)
    [settings] = studio.presets.of(visitor).values()
    assert settings is not None
    assert settings.prompt == "The wind blows"


def test_without_a_name_and_beyond_the_last_one_nothing_is_saved_and_it_says_why(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    tab = with_ideas(open_app())
    save(tab, " \u202e ")
    assert PRESETS_NOT_SAVED[NotSaved.NO_NAME].text() in said(tab)
    for number in range(AT_MOST):
        studio.storage.store.save_preset(visitor, f"Name {number}", "{}", NOON, at_most=AT_MOST)
    save(tab, "One more")
    assert PRESETS_NOT_SAVED[NotSaved.TOO_MANY].text().format(at_most=AT_MOST) in said(tab)
    save(tab, "Name 3")
    assert PRESETS_SAVED[Saved.REPLACED] in said(tab)
    assert len(studio.presets.of(visitor)) == AT_MOST


def test_what_other_versions_have_left_breaks_no_page(open_app: Open, studio: Studio, visitor: str) -> None:
    for name, settings in (("Broken", "{"), ("No words", "[]"), ("Gone", '{"model": "no/such", "duration_s": 77}')):
        studio.storage.store.save_preset(visitor, name, settings, NOON, at_most=AT_MOST)
    save(with_ideas(open_app()), "Mine")
    assert set(studio.presets.of(visitor)) == {"Broken", "No words", "Gone", "Mine"}


def test_presets_are_read_only_while_they_are_shown(open_app: Open, studio: Studio, visitor: str) -> None:
    tab = ran(open_app())
    with reads_counted() as closed:
        ran(tab)
    with_ideas(tab)
    with reads_counted() as opened:
        ran(tab)
    assert closed.transactions == 1
    assert opened.transactions <= closed.transactions + 2
