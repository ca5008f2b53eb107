"""Presets are kept by their names: each visitor's own, one of a name, and no more than may be."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from studio.queue import kept_presets
from studio.queue.job_store import Store
from studio.queue.kept_presets import Saved
from studio.storage.database import Database
from tests.studio.strategies import NOON, after
from tests.studio.test_hostile_words import AS_TYPED

ANN, BEN = "a" * 32, "b" * 32


def save(store: Store, name: str, settings: str = "{}", visitor: str = ANN, at_most: int = 20) -> Saved:
    return store.save_preset(visitor, name, settings, NOON, at_most=at_most)


def test_one_comes_back_as_it_was_saved_to_who_saved_it_alone(store: Store) -> None:
    assert save(store, "Waves", '{"a": 1}') is Saved.NEW
    assert store.preset(ANN, "Waves") == '{"a": 1}'
    assert store.presets(ANN) == {"Waves": '{"a": 1}'}
    assert store.preset(BEN, "Waves") is None
    assert store.presets(BEN) == {}
    assert store.delete_preset(BEN, "Waves") is None
    assert store.preset(ANN, "Waves") is not None


def test_the_same_name_replaces_and_a_second_click_changes_nothing(store: Store) -> None:
    save(store, "Waves", "1")
    assert store.save_preset(ANN, "Waves", "1", after(1), at_most=1) is Saved.UNCHANGED
    assert store.save_preset(ANN, "Waves", "2", after(2), at_most=1) is Saved.REPLACED
    assert store.presets(ANN) == {"Waves": "2"}


def test_there_are_no_more_than_may_be_however_many_are_saved_at_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        became = list(pool.map(lambda number: save(store, f"Name {number}", at_most=3), range(8)))
    assert sorted(became) == sorted([Saved.NEW] * 3 + [Saved.TOO_MANY] * 5)
    assert len(store.presets(ANN)) == 3
    assert save(store, "Another's", visitor=BEN, at_most=3) is Saved.NEW


def test_two_tabs_that_save_one_name_at_once_have_one_preset(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        became = list(pool.map(lambda _: save(store, "Waves"), range(8)))
    assert sorted(became) == sorted([Saved.NEW] + [Saved.UNCHANGED] * 7)
    assert store.presets(ANN) == {"Waves": "{}"}


def test_what_is_deleted_is_given_back_once_and_gone(store: Store) -> None:
    save(store, "Waves", "1")
    assert store.delete_preset(ANN, "Waves") == "1"
    assert store.delete_preset(ANN, "Waves") is None
    assert store.presets(ANN) == {}


@pytest.mark.parametrize("name", [words[:60] for words in AS_TYPED.values()], ids=AS_TYPED)
def test_a_name_that_means_harm_is_a_name(store: Store, name: str) -> None:
    assert save(store, name, name) is Saved.NEW
    assert store.presets(ANN) == {name: name}
    assert store.delete_preset(ANN, name) == name


def test_all_change_hands_and_none_is_lost_where_both_have_one_name(store: Store, database: Database) -> None:
    for name, settings in (("Only Ann's", "1"), ("Same", "2"), ("Both", "3"), ("L" * 60, "4")):
        save(store, name, settings)
    for name, settings in (("Same", "2"), ("Both", "theirs"), ("L" * 60, "5")):
        save(store, name, settings, visitor=BEN)
    with database.begin() as connection:
        kept_presets.hand_over(connection, ANN, BEN)
    assert store.presets(ANN) == {}
    assert store.presets(BEN) == {
        "Only Ann's": "1", "Same": "2", "Both": "theirs", "Both (2)": "3", "L" * 60: "5", "L" * 56 + " (2)": "4",
    }  # fmt: skip
    with database.begin() as connection:
        assert not kept_presets.has_any(connection, ANN)
        kept_presets.forget(connection, BEN)
        assert not kept_presets.has_any(connection, BEN)
