"""Where settings come from, which goes before which, and what is never shown."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest
from pydantic import ValidationError

from studio.orders.order import MODEL
from studio.settings import Settings, table
from videoapi.models import MODELS

KEY = "canary-key-7d1f-and-some-more-letters"


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


def test_without_a_choice_wan_2_6_and_those_whose_choices_are_documented_are_offered() -> None:
    assert Settings().models[0] == MODEL.id
    for model in Settings().models:
        assert "durations_s" not in MODELS[model].inferred


@pytest.mark.parametrize(
    ("written", "models"),
    [
        ("alibaba/wan-2-7-i2v", ("alibaba/wan-2-7-i2v",)),
        (" alibaba/wan2.2-i2v-plus , alibaba/wan-2-6-i2v,", ("alibaba/wan2.2-i2v-plus", "alibaba/wan-2-6-i2v")),
        ("alibaba/wan-2-7-i2v,alibaba/wan-2-7-i2v", ("alibaba/wan-2-7-i2v",)),
    ],
)
def test_the_owner_chooses_the_models_and_which_comes_first(
    written: str, models: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_MODELS", written)
    assert Settings().models == models


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("alibaba/wan-2-6-i2v,alibaba/wan-3-i2v", "alibaba/wan-3-i2v is not a model that it knows"),
        ("wan-2-6-i2v", "wan-2-6-i2v is not a model that it knows"),
        ("ALIBABA/WAN-2-6-I2V", "is not a model that it knows"),
        (",", "it names none"),
    ],
)
def test_a_model_that_is_not_known_is_refused_at_the_start_with_those_that_are(
    written: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_MODELS", written)
    with pytest.raises(ValidationError, match=named) as refused:
        Settings()
    assert all(model in str(refused.value) for model in MODELS)


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


@pytest.mark.parametrize("secret", ["x", "changeme", "a" * 64, "abc" * 20, "short but quite random 4711 !?."])
def test_a_cookie_secret_that_is_soon_guessed_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("STUDIO_COOKIE_SECRET", secret)
    with pytest.raises(ValidationError, match="at least 32 random characters") as refused:
        Settings()
    assert secret == "x" or secret not in str(refused.value)


@pytest.mark.parametrize("length", [16, 32])
def test_a_random_cookie_secret_is_taken(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    for _ in range(200):
        monkeypatch.setenv("STUDIO_COOKIE_SECRET", secrets.token_hex(length))
        assert Settings().cookie_secret is not None


def test_older_cookie_secrets_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STUDIO_OLD_COOKIE_SECRET", "One before, changeme")
    assert [secret.get_secret_value() for secret in Settings().old_cookie_secrets] == ["One before", "changeme"]
    assert "changeme" not in repr(Settings())


@pytest.mark.parametrize("name", ["AIMLAPI_BASE_URL", "STUDIO_OIDC_URL"])
@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://api.example", True),
        ("http://localhost:8080/x", True),
        ("http://127.0.0.1:1", True),
        ("http://[::1]:1", True),
        ("http://api.example", False),
        ("http://192.168.1.2", False),
        ("http://localhost.example", False),
        ("http://127.0.0.1@evil.example", False),
        ("HTTP://api.example", False),
        ("ftp://localhost", False),
        ("//api.example", False),
        ("api.example", False),
        ("https://", False),
        ("http://[", False),
    ],
)
def test_a_secret_goes_to_no_provider_in_the_clear(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str, taken: bool
) -> None:
    monkeypatch.setenv(name, address)
    if taken:
        assert Settings()
    else:
        with pytest.raises(ValidationError, match=name):
            Settings()
