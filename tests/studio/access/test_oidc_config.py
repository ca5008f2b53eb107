"""What the owner writes down for sign-in is little; the rest follows, and what is forgotten is named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.secrets import AttrDict

from studio.access.oidc_config import Provider, missing, origin, providers, secrets_for
from studio.settings import Settings

DISCOVERY = "https://accounts.google.com/.well-known/openid-configuration"
GOOGLE = {"client_id": "id", "client_secret": "secret", "server_metadata_url": DISCOVERY}

OF_BOTH = "the one secret that both servers have"


class NoFile(dict[str, Any]):
    """As st.secrets is where there is no file."""

    def __getitem__(self, key: str) -> Any:
        raise FileNotFoundError(key)


def settings(folder: Path, **more: str) -> Settings:
    return Settings(STUDIO_DATA_DIR=str(folder), **more)  # type: ignore[arg-type, call-arg]


def section_of(folder: Path, found: Mapping[str, Any], provider: Provider | None = None, **more: str) -> dict[str, Any]:
    made = secrets_for(settings(folder, **more), found, provider)
    assert made is not None
    assert list(made) == ["auth"]
    return made["auth"]


@pytest.mark.parametrize("found", [{}, NoFile(), {"other": {"a": 1}}, {"auth": {}}, {"auth": "on"}])
def test_without_a_provider_nothing_is_set_up_and_no_secret_is_made(tmp_path: Path, found: Mapping[str, Any]) -> None:
    assert secrets_for(settings(tmp_path / "data"), found) is None
    assert not (tmp_path / "data").exists()


def test_three_lines_in_the_file_are_enough(tmp_path: Path) -> None:
    section = section_of(tmp_path, {"auth": dict(GOOGLE)})
    assert missing(section) == []
    assert providers(section) == ["default"]
    assert {key: section[key] for key in GOOGLE} == GOOGLE
    assert section["redirect_uri"] == "http://localhost:{port}/oauth2callback"
    assert origin(section, 8601) == "http://localhost:8601"


@pytest.mark.parametrize("url", ["https://id.example", "https://id.example/", f"https://id.example{DISCOVERY[27:]}"])
def test_the_environment_alone_is_enough(tmp_path: Path, url: str) -> None:
    provider = Provider(url=url, client_id="ours", client_secret="hidden")
    section = section_of(tmp_path, NoFile(), provider)
    assert missing(section) == []
    assert section["server_metadata_url"] == "https://id.example/.well-known/openid-configuration"
    assert "hidden" not in repr(provider)


def test_the_environment_goes_before_the_file_and_named_providers_stay(tmp_path: Path) -> None:
    found = {"auth": {**GOOGLE, "okta": {**GOOGLE, "client_kwargs": {"prompt": "login"}}}}
    section = section_of(tmp_path, found, Provider(url="https://id.example", client_id="ours", client_secret="s"))
    assert section["client_id"] == "ours"
    assert section["okta"] == found["auth"]["okta"]
    assert providers(section) == ["default", "okta"]
    assert found["auth"]["client_id"] == "id", "what was read is left as it was"


def test_streamlits_own_wrapping_is_taken_off(tmp_path: Path) -> None:
    """As st.secrets gives it; st.App takes plain dicts only, and refuses to start with anything else."""
    okta = {**GOOGLE, "client_kwargs": {"prompt": "login"}}
    section = section_of(tmp_path, {"auth": AttrDict({"okta": okta})})
    assert section["okta"] == okta
    assert type(section["okta"]) is dict
    assert type(section["okta"]["client_kwargs"]) is dict


@pytest.mark.parametrize("url", ["https://videos.example.org", "https://videos.example.org/"])
def test_people_come_back_to_the_public_address(tmp_path: Path, url: str) -> None:
    section = section_of(tmp_path, {"auth": GOOGLE}, STUDIO_PUBLIC_URL=url)
    assert section["redirect_uri"] == "https://videos.example.org/oauth2callback"
    assert origin(section, 8501) == "https://videos.example.org"


def test_what_the_file_says_is_kept(tmp_path: Path) -> None:
    own = {**GOOGLE, "redirect_uri": "https://a.example/oauth2callback", "cookie_secret": "the owner's own"}
    assert section_of(tmp_path, {"auth": own}, STUDIO_PUBLIC_URL="https://b.example") == own


def test_the_cookie_secret_is_made_once_and_outlasts_a_restart(tmp_path: Path) -> None:
    first, second = (section_of(tmp_path / "data", {"auth": GOOGLE})["cookie_secret"] for _ in range(2))
    assert first == second
    assert len(first) == 64
    assert first != section_of(tmp_path / "another", {"auth": GOOGLE})["cookie_secret"]
    assert first not in (tmp_path / "data" / "cookie-secret").read_text()


def test_servers_with_the_same_setting_sign_alike(tmp_path: Path) -> None:
    secrets = {
        section_of(tmp_path / name, {"auth": GOOGLE}, STUDIO_COOKIE_SECRET=OF_BOTH)["cookie_secret"]
        for name in ("one", "two")
    }
    assert len(secrets) == 1
    assert secrets != {OF_BOTH}


@pytest.mark.parametrize(
    ("section", "lacks"),
    [
        (
            {},
            [
                "[auth] redirect_uri",
                "[auth] cookie_secret",
                "[auth] client_id",
                "[auth] client_secret",
                "[auth] server_metadata_url",
            ],
        ),
        ({"redirect_uri": "r", "cookie_secret": "c", **GOOGLE}, []),
        ({"redirect_uri": "r", "cookie_secret": "c", **GOOGLE, "client_secret": ""}, ["[auth] client_secret"]),
        ({"redirect_uri": "r", "cookie_secret": "c", "google": GOOGLE}, []),
        ({"redirect_uri": "r", "cookie_secret": "c", "google": GOOGLE, "client_kwargs": {"prompt": "login"}}, []),
        (
            {"redirect_uri": "r", "cookie_secret": "c", "google": {"client_id": "id"}},
            ["[auth.google] client_secret", "[auth.google] server_metadata_url"],
        ),
        ({"redirect_uri": "r", "cookie_secret": "c", "my_idp": GOOGLE}, ["[auth.my_idp] a name without _"]),
        (
            {"redirect_uri": "r", "cookie_secret": "c", "client_id": "id", "google": GOOGLE},
            ["[auth] client_secret", "[auth] server_metadata_url"],
        ),
    ],
)
def test_what_is_missing_is_named(section: dict[str, Any], lacks: list[str]) -> None:
    assert missing(section) == lacks
