"""What Create shows before anybody has signed in: a button for each provider, or what the owner still has to set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import ran

READY = {"redirect_uri": "http://localhost:8501/oauth2callback", "cookie_secret": "a secret of this test"}
ONE = {"client_id": "id", "client_secret": "hidden words", "server_metadata_url": "https://id.example/.well-known/x"}


@pytest.fixture(scope="module", autouse=True)
def _by_sign_in_only() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_ACCESS", "sign-in")
        patch.setenv("STUDIO_SIGN_IN_ALLOWED", "ann@example.org")
        yield


def opened(open_app: Callable[[], AppTest], auth: dict[str, Any] | None) -> AppTest:
    """Create, with this section in the file of secrets."""
    tab = open_app()
    if auth is not None:
        tab.secrets["auth"] = auth
    return ran(tab)


def buttons(tab: AppTest) -> list[str]:
    """The ways to sign in that are offered."""
    return [button.label for button in tab.button if button.label.startswith("Sign")]


@pytest.mark.parametrize(
    ("auth", "offered"),
    [
        ({**READY, **ONE}, ["Sign in"]),
        ({**READY, **ONE, "client_kwargs": {"prompt": "login"}}, ["Sign in"]),
        ({**READY, "google": ONE}, ["Sign in with Google"]),
        ({**READY, "google": ONE, "our-school": ONE}, ["Sign in with Google", "Sign in with Our school"]),
        ({**READY, **ONE, "google": ONE}, ["Sign in", "Sign in with Google"]),
    ],
)
def test_every_provider_has_its_button(
    open_app: Callable[[], AppTest], auth: dict[str, Any], offered: list[str]
) -> None:
    tab = opened(open_app, auth)
    assert buttons(tab) == offered
    assert "Create video" not in [button.label for button in tab.button]


@pytest.mark.parametrize(
    ("auth", "lacks"),
    [
        (None, "[auth] client_id"),
        ({}, "[auth] client_id"),
        ({**READY, "client_id": "id", "server_metadata_url": "https://id.example"}, "[auth] client_secret"),
        ({**READY, "google": {"client_id": "id"}}, "[auth.google] client_secret"),
        ({**READY, "our_school": ONE}, "[auth.our_school] a name without _"),
    ],
)
def test_the_owner_is_told_what_is_missing_and_nobody_comes_in(
    open_app: Callable[[], AppTest], auth: dict[str, Any] | None, lacks: str
) -> None:
    tab = opened(open_app, auth)
    assert buttons(tab) == []
    assert any("Sign-in is not set up yet" in warning.value for warning in tab.warning)
    [named] = [text.value for text in tab.text if text.value.startswith("[auth")]
    assert lacks in named.splitlines()
    assert "hidden words" not in named
    assert "Create video" not in [button.label for button in tab.button]
