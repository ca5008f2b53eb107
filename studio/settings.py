"""Every setting: its name, its default, what it means. Read once, at the start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """What the owner may set, by environment variable or in a file `.env` in the folder where it is started.

    The environment goes before the file. Secrets are hidden in `repr`.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True, env_ignore_empty=True)

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
        description="Signs the visitors' cookies. Default: made at the first start and kept in the data folder.",
    )
    workers: int = Field(
        default=4,
        ge=1,
        le=32,
        validation_alias="STUDIO_WORKERS",
        description="Jobs this server attends to at the same moment (submitting, looking, fetching).",
    )
    demo_pace: float = Field(
        default=1.0,
        ge=0,
        validation_alias="STUDIO_DEMO_PACE",
        description="How long the demo takes beyond the rendering itself: 1 as made, 0 as fast as it can.",
    )

    @field_validator("video_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip().lower() for host in value.split(",") if host.strip())
        return value

    @field_validator("data_dir")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def is_demo(self) -> bool:
        """True where the demo stands in for the provider: no key is set."""
        return self.aimlapi_key is None


def table() -> list[tuple[str, str, str]]:
    """Every setting as (name in the environment, default, what it means), in the order of the class."""
    rows = []
    for field in Settings.model_fields.values():
        default = "" if field.default is None else field.default
        if isinstance(default, tuple):
            default = ",".join(default)
        rows.append((str(field.validation_alias), str(default), field.description or ""))
    return rows
