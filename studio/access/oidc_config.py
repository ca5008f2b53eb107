"""How sign-in is set up: the section [auth] that Streamlit's st.login reads, completed where the owner need not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from studio.settings import Settings
from studio.storage.secret_file import secret_in

UNNAMED = "default"
"""What Streamlit calls the provider that stands in [auth] itself."""
PROVIDER_KEYS = ("client_id", "client_secret", "server_metadata_url")
SHARED_KEYS = ("redirect_uri", "cookie_secret")
WELL_KNOWN = "/.well-known/openid-configuration"
"""Where a provider describes itself, below its issuer (OpenID Connect Discovery 1.0, 4)."""
CALLBACK = "/oauth2callback"
"""Streamlit's own, where the provider sends people back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A sign-in provider that is named in the environment."""

    url: str
    """Its issuer, or where it describes itself."""
    client_id: str
    client_secret: str = field(repr=False)


def secrets_for(
    settings: Settings, found: Mapping[str, Any], provider: Provider | None = None
) -> dict[str, dict[str, Any]] | None:
    """What `st.App(secrets=…)` takes, so that sign-in works; None where no sign-in is set up.

    `found` is st.secrets, of which the section [auth] is completed: the provider of the environment goes before the
    file's unnamed one, `redirect_uri` follows from the public address, and `cookie_secret` from the secret in the data
    folder. What the file says is kept.
    """
    section = _section(found)
    provider = provider or _of_the_environment(settings)
    if provider is not None:
        url = provider.url.rstrip("/")
        section |= {
            "client_id": provider.client_id,
            "client_secret": provider.client_secret,
            "server_metadata_url": url if url.endswith(WELL_KNOWN) else url + WELL_KNOWN,
        }
    if not section:
        return None
    if "redirect_uri" not in section:
        # Streamlit puts its port in the place of {port}.
        base = (settings.public_url or "http://localhost:{port}").rstrip("/")
        section["redirect_uri"] = base + CALLBACK
    if "cookie_secret" not in section:
        section["cookie_secret"] = _cookie_secret(settings)
    return {"auth": section}


def providers(section: Mapping[str, Any]) -> list[str]:
    """The names of the providers that [auth] sets up, as st.login takes them."""
    named = [name for name, part in section.items() if isinstance(part, Mapping) and name != "client_kwargs"]
    return ([UNNAMED] if not named or any(key in section for key in PROVIDER_KEYS) else []) + named


def missing(section: Mapping[str, Any]) -> list[str]:
    """What [auth] still lacks, as "[auth] client_id"; nothing where every provider is ready."""
    lacks = [f"[auth] {key}" for key in SHARED_KEYS if not section.get(key)]
    for name in providers(section):
        part, title = (section, "[auth]") if name == UNNAMED else (section[name], f"[auth.{name}]")
        lacks += [f"{title} {key}" for key in PROVIDER_KEYS if not part.get(key)]
        if "_" in name:
            lacks.append(f"{title} a name without _")  # Streamlit 1.67 takes none
    return lacks


def origin(section: Mapping[str, Any], port: int) -> str:
    """Where the app must be open for sign-in to work: http://localhost:8501. Elsewhere Streamlit drops the sign-in."""
    parts = urlsplit(str(section.get("redirect_uri", "")).replace("{port}", str(port)))
    return f"{parts.scheme}://{parts.netloc}"


def _section(found: Mapping[str, Any]) -> dict[str, Any]:
    try:
        section = found["auth"]
    except (KeyError, FileNotFoundError):  # st.secrets raises the second where no file can be read
        return {}
    return _plain(section) if isinstance(section, Mapping) else {}


def _plain(section: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) if isinstance(value, Mapping) else value for name, value in section.items()}


def _of_the_environment(settings: Settings) -> Provider | None:
    url, client, secret = settings.oidc_url, settings.oidc_client_id, settings.oidc_client_secret
    if not url or not client or secret is None:
        return None
    return Provider(url=url, client_id=client, client_secret=secret.get_secret_value())


def _cookie_secret(settings: Settings) -> str:
    if settings.cookie_secret is not None:
        secret = settings.cookie_secret.get_secret_value()
    else:
        secret = secret_in(settings.data_dir)
    # Not the same as signs the visitors' cookies: nothing signed for the one can be shown as the other.
    return hashlib.sha256(b"kineograph sign-in\0" + secret.encode()).hexdigest()
