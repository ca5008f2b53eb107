"""Where settings come from, which goes before which, and what is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from studio.settings import Settings, table

KEY = "canary-key-7d1f"


def test_without_any_setting_the_demo_runs_with_its_data_in_the_home_folder() -> None:
    settings = Settings()
    assert settings.is_demo
    assert settings.data_dir == Path.home() / ".local/share/kineograph"
    assert (settings.database_url, settings.media_url) == (None, None)


def test_a_key_alone_is_enough_for_the_real_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIMLAPI_KEY", KEY)
    settings = Settings()
    assert not settings.is_demo
    assert settings.aimlapi_key is not None
    assert settings.aimlapi_key.get_secret_value() == KEY
    assert settings.aimlapi_base_url == "https://api.aimlapi.com"


@pytest.mark.parametrize("name", ["AIMLAPI_KEY", "STUDIO_DATABASE_URL", "STUDIO_COOKIE_SECRET"])
def test_a_secret_is_never_shown(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, KEY)
    settings = Settings()
    assert KEY not in repr(settings) + str(settings) + repr(settings.model_dump()) + settings.model_dump_json()


def test_every_setting_that_sounds_secret_is_kept_as_one() -> None:
    hidden = {str(f.validation_alias) for f in Settings.model_fields.values() if "SecretStr" in str(f.annotation)}
    telling = ("KEY", "SECRET", "TOKEN", "PASSWORD", "DATABASE_URL", "CODE")
    assert {name for name, _, _ in table() if name.endswith(telling)} == hidden


def test_settings_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(f"AIMLAPI_KEY={KEY}\nSTUDIO_WORKERS=2\nSOMETHING_ELSE=1\n")
    settings = Settings()
    assert not settings.is_demo
    assert settings.workers == 2


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("STUDIO_WORKERS=2\nSTUDIO_DEMO_PACE=0.5\n")
    monkeypatch.setenv("STUDIO_WORKERS", "3")
    assert (Settings().workers, Settings().demo_pace) == (3, 0.5)


@pytest.mark.parametrize("name", [name for name, _, _ in table()])
def test_a_setting_left_empty_counts_as_not_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Settings()
    monkeypatch.setenv(name, "")
    assert Settings() == before


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("example.com", ("example.com",)),
        (" Example.COM , cdn.example.org,", ("example.com", "cdn.example.org")),
        (",", ()),
    ],
)
def test_hosts_are_divided_by_commas(written: str, hosts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_VIDEO_HOSTS", written)
    assert Settings().video_hosts == hosts


def test_the_data_folder_may_be_written_as_a_person_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_DATA_DIR", "~/films")
    assert Settings().data_dir == Path.home() / "films"
    monkeypatch.setenv("STUDIO_DATA_DIR", "films")
    assert Settings().data_dir == Path.cwd() / "films"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STUDIO_WORKERS", "0"),
        ("STUDIO_WORKERS", "33"),
        ("STUDIO_WORKERS", "many"),
        ("STUDIO_DEMO_PACE", "-1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_at_the_start(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name):
        Settings()


def test_every_setting_says_what_it_means_under_a_name_of_ours() -> None:
    rows = table()
    assert len(rows) == len(Settings.model_fields)
    for name, _, meaning in rows:
        assert name.startswith(("AIMLAPI_", "STUDIO_"))
        assert meaning.endswith((".", ")")), name
