"""Every setting: its name, its default, what it means. Read once, at the start."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from videoapi.models import MODELS

OWNER_CODE_MIN = 12
"""Characters, spaces not counted. Guesses are slowed to a few dozen a second at the very most; 12 random characters
outlast that by far."""
COOKIE_SECRET_MIN = 32
"""Characters: 16 random bytes in hexadecimal. Whoever guesses the secret is whoever they like."""
COOKIE_SECRET_KINDS = 8
"""Different characters in it at least; a random one of 32 has more."""
DAYS_OF_A_MONTH = 31
"""A monthly budget that nobody set is what the daily one allows in the longest month."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class AccessMode(StrEnum):
    """How a visitor comes to be allowed to order."""

    OPEN = "open"
    CODE = "code"
    SIGN_IN = "sign-in"


class Settings(BaseSettings):
    """What the owner may set, by environment variable or in a file `.env` in the folder where it is started.

    The environment goes before the file. Secrets are hidden in `repr`.
    """

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", populate_by_name=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    aimlapi_key: SecretStr | None = Field(
        default=None,
        validation_alias="AIMLAPI_KEY",
        description="Key of the AI/ML API. Without one, the demo makes the videos.",
    )
    aimlapi_base_url: str = Field(
        default="https://api.aimlapi.com",
        validation_alias="AIMLAPI_BASE_URL",
        description="Where the AI/ML API is. The paths of the API follow it.",
    )
    video_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("aimlapi.com", "aliyuncs.com"),
        validation_alias="STUDIO_VIDEO_HOSTS",
        description="Hosts that finished videos may be fetched from, subdomains included, divided by commas.",
    )
    data_dir: Path = Field(
        default=Path("~/.local/share/kineograph"),
        validation_alias="STUDIO_DATA_DIR",
        description="Folder for the database, the videos and everything else that is kept.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        validation_alias="STUDIO_DATABASE_URL",
        description="Another database: postgresql+psycopg://… Default: SQLite in the data folder.",
    )
    media_url: str | None = Field(
        default=None,
        validation_alias="STUDIO_MEDIA_URL",
        description="Where videos are kept: file:///… or a bucket (s3://…, gs://…). Default: the data folder.",
    )
    cookie_secret: SecretStr | None = Field(
        default=None,
        validation_alias="STUDIO_COOKIE_SECRET",
        description="Signs the visitors' cookies; at least 32 characters. Default: made at the first start and kept in "
        "the data folder.",
    )
    old_cookie_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        default=(),
        validation_alias="STUDIO_OLD_COOKIE_SECRET",
        description="Secrets that signed the cookies before, divided by commas: those stay good, and are signed anew "
        "as they are used.",
    )
    daily_budget_usd: Decimal | None = Field(
        default=None,
        ge=0,
        validation_alias="STUDIO_DAILY_BUDGET_USD",
        description="What all visitors together may spend a day (UTC). With a key, it opens the link to everybody.",
    )
    monthly_budget_usd: Decimal | None = Field(
        default=None,
        ge=0,
        validation_alias="STUDIO_MONTHLY_BUDGET_USD",
        description=f"The same for a month. Default: {DAYS_OF_A_MONTH} times the daily budget.",
    )
    visitor_budget_usd: Decimal | None = Field(
        default=None,
        ge=0,
        validation_alias="STUDIO_VISITOR_BUDGET_USD",
        description="What one visitor may spend a day. Default: a quarter of the daily budget, at least one video.",
    )
    visitor_jobs: int = Field(
        default=5,
        ge=1,
        validation_alias="STUDIO_VISITOR_JOBS",
        description="Videos of one visitor that are being made at once; the others wait in turn.",
    )
    visitor_queue_length: int = Field(
        default=20,
        ge=0,
        validation_alias="STUDIO_VISITOR_QUEUE_LENGTH",
        description="Orders of one visitor that may wait besides those; further ones are asked to come back.",
    )
    jobs_at_once: int = Field(
        default=10,
        ge=1,
        validation_alias="STUDIO_JOBS_AT_ONCE",
        description="Videos that are being made at once for all visitors together; the others wait in turn.",
    )
    queue_length: int = Field(
        default=100,
        ge=1,
        validation_alias="STUDIO_QUEUE_LENGTH",
        description="Orders that may wait for their turn; further ones are asked to come back.",
    )
    access: Annotated[frozenset[AccessMode], NoDecode] = Field(
        default=frozenset({AccessMode.OPEN}),
        validation_alias="STUDIO_ACCESS",
        description="Who may order: open (everybody), code (an access code), sign-in, or code,sign-in.",
    )
    sign_in_allowed: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias="STUDIO_SIGN_IN_ALLOWED",
        description="Mail addresses (ann@example.org) and domains (example.org, not its subdomains) that may sign in, "
        "divided by commas. Without any, nobody may.",
    )
    oidc_url: str | None = Field(
        default=None,
        validation_alias="STUDIO_OIDC_URL",
        description="Where people sign in: the address of an OpenID Connect provider, https://… (see docs/sign-in.md).",
    )
    oidc_client_id: str | None = Field(
        default=None,
        validation_alias="STUDIO_OIDC_CLIENT_ID",
        description="What the provider calls this app.",
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None,
        validation_alias="STUDIO_OIDC_CLIENT_SECRET",
        description="This app's secret there.",
    )
    owner_code: SecretStr | None = Field(
        default=None,
        validation_alias="STUDIO_OWNER_CODE",
        description="Opens the page /owner; at least 12 characters. Without one, a link from the command line does.",
    )
    public_url: str | None = Field(
        default=None,
        validation_alias="STUDIO_PUBLIC_URL",
        description="Where visitors find this app, https://…; needed where that is a name of your own, or a tunnel's. "
        "Default: as they asked.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias="STUDIO_ALLOWED_HOSTS",
        description="Host names that this app answers to, divided by commas, besides that of STUDIO_PUBLIC_URL. "
        "Default: this computer's names, and addresses written as numbers.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias="STUDIO_TRUSTED_PROXIES",
        description="Addresses (10.0.0.5) and networks (10.0.0.0/24) of proxies in front of this app, divided by "
        "commas: what they say of a visitor's address and of https is believed. With any, orders from one address "
        "take turns together.",
    )
    embed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias="STUDIO_EMBED_ORIGINS",
        description="Sites that may show this app in a frame, https://…, divided by commas. Default: none.",
    )
    models: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("alibaba/wan-2-6-i2v", "alibaba/wan-2-6-image-to-video-flash", "alibaba/wan-2-7-i2v"),
        validation_alias="STUDIO_MODELS",
        description="Models that visitors may choose from, divided by commas; the first is chosen where they do not. "
        "All that there are: docs/models.md.",
    )
    keep_days: int | None = Field(
        default=None,
        ge=1,
        validation_alias="STUDIO_KEEP_DAYS",
        description="Days after which videos, pictures and words are deleted. Default: kept until the visitor does it.",
    )
    storage_gb: Decimal | None = Field(
        default=None,
        gt=0,
        validation_alias="STUDIO_STORAGE_GB",
        description="Gigabytes (10^9 bytes) that may be kept on this machine's disk; above it new pictures and orders "
        "are refused, and what is under way is still kept. Default: no ceiling.",
    )
    visitor_storage_mb: int = Field(
        default=5_000,
        ge=1,
        validation_alias="STUDIO_VISITOR_STORAGE_MB",
        description="Megabytes (10^6 bytes) of videos that one visitor may have here: above it they bring none in and "
        "keep no further ones of what costs nothing. What is ordered is kept all the same.",
    )
    workers: int = Field(
        default=4,
        ge=1,
        le=32,
        validation_alias="STUDIO_WORKERS",
        description="Jobs this server attends to at the same moment (submitting, polling, fetching).",
    )
    demo_pace: float = Field(
        default=1.0,
        ge=0,
        validation_alias="STUDIO_DEMO_PACE",
        description="How long the demo takes beyond the rendering itself: 1 as made, 0 as fast as it can.",
    )
    demo_draft: bool = Field(
        default=False,
        validation_alias="STUDIO_DEMO_DRAFT",
        description="The demo makes its videos in a quarter of the size: quicker on a slow machine.",
    )

    @field_validator(
        "video_hosts", "access", "sign_in_allowed", "allowed_hosts", "trusted_proxies", "embed_origins", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("models", "old_cookie_secrets", mode="before")
    @classmethod
    def _split_as_it_is(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("owner_code")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        code = value.get_secret_value().strip()
        if len("".join(code.split())) < OWNER_CODE_MIN:
            raise ValueError(f"STUDIO_OWNER_CODE needs at least {OWNER_CODE_MIN} characters besides spaces")
        return SecretStr(code)

    @field_validator("cookie_secret")
    @classmethod
    def _not_to_be_guessed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        secret = value.get_secret_value()
        if len(secret) < COOKIE_SECRET_MIN or len(set(secret)) < COOKIE_SECRET_KINDS:
            raise ValueError(
                f"STUDIO_COOKIE_SECRET needs at least {COOKIE_SECRET_MIN} random characters; without it the app makes "
                "one by itself"
            )
        return value

    @field_validator("aimlapi_base_url", "oidc_url")
    @classmethod
    def _nobody_listens(cls, value: str | None) -> str | None:
        # What goes there has a secret in it.
        if value is not None and not _is_guarded(value):
            raise ValueError("must begin with https:// (http:// only for this computer: localhost or 127.0.0.1)")
        return value

    @field_validator("models")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [model for model in value if model not in MODELS]
        if unknown or not value:
            named = f"{', '.join(unknown)} is not a model that it knows" if unknown else "it names none"
            raise ValueError(f"STUDIO_MODELS takes any of {', '.join(MODELS)}; {named}")
        return tuple(dict.fromkeys(value))

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in value:
            try:
                ip_network(proxy)
            except ValueError:
                raise ValueError("STUDIO_TRUSTED_PROXIES takes addresses and networks, like 10.0.0.0/24") from None
        return value

    @field_validator("data_dir")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def is_demo(self) -> bool:
        """True where the demo stands in for the provider: no key is set."""
        return self.aimlapi_key is None


def _is_guarded(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def table() -> list[tuple[str, str, str]]:
    """Every setting as (name in the environment, default, what it means), in the order of the class."""
    rows = []
    for field in Settings.model_fields.values():
        default = "" if field.default is None else field.default
        if isinstance(default, (tuple, frozenset)):
            default = ",".join(default)
        rows.append((str(field.validation_alias), str(default), field.description or ""))
    return rows
