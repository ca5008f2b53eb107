"""The only place that chooses: which database, folder or bucket, demo or provider."""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from demo.process import DemoProcess
from demo.process import start as start_demo
from studio import clock
from studio.access.admission import Doors
from studio.access.codes import Codes
from studio.access.networks import Networks
from studio.access.rate_limits import Tallies, Uploads
from studio.access.tabs import Tabs
from studio.access.visitors import Visitors, undated_until
from studio.diagnostics.incidents import Incidents
from studio.money.limits import Caps, caps_of
from studio.money.prices import DEAREST_MICROS, Prices
from studio.money.reconciliation import Audit
from studio.orders.pause import Switches
from studio.owner_service import Office
from studio.pictures.prepare_in_sandbox import PictureProcesses
from studio.queue.job_store import Store
from studio.retention.consistency import mend
from studio.retention.deletion import Forgetting
from studio.settings import Settings
from studio.sharing.gallery_links import GalleryLinks
from studio.sharing.shares import Shares
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.private_files import keep_private
from studio.storage.quota import Ceiling, folders_of
from studio.storage.secret_file import secret_in
from studio.visitor_service import Desk
from studio.worker.pool import Hourly, WorkerPool
from studio.worker.worker import Bench, Worker
from videoapi.client import VideoAPI

log = logging.getLogger(__name__)

LOOK_RETRIES = 1
"""Times a GET is repeated within one step: the worker has a schedule of its own."""


@dataclass(frozen=True, slots=True)
class Studio:
    """The app without a screen, ready to be used."""

    settings: Settings
    desk: Desk
    worker: Worker
    pool: WorkerPool
    store: Store
    media: Media
    visitors: Visitors
    doors: Doors
    codes: Codes
    switches: Switches
    caps: Caps
    shares: Shares
    gallery_links: GalleryLinks
    tallies: Tallies
    ceiling: Ceiling
    tabs: Tabs
    incidents: Incidents
    office: Office
    audit: Audit
    _database: Database
    _provider: VideoAPI
    _pictures: PictureProcesses
    _demo: DemoProcess | None = field(default=None)

    @property
    def is_provider_up(self) -> bool:
        """False while the demo has died and is being started again; nobody here can tell for a real provider."""
        return self._demo is None or self._demo.is_up

    def start(self) -> None:
        """Begin to attend to jobs: those placed before a restart, and new ones."""
        self.pool.start()

    def stop(self) -> None:
        """End in order: let steps finish, give the rest back, stop what was started."""
        self.pool.stop()
        self.desk.close()
        self._pictures.close()
        self._provider.close()
        if self._demo is not None:
            self._demo.stop()
        self._database.close()
        the_studio.cache_clear()


@functools.cache
def the_studio() -> Studio:
    """The one studio of this process, as the environment describes it; built at the first call."""
    return open_studio(Settings())


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where everything is kept: what remains of the studio when nobody works in it."""

    database: Database
    store: Store
    caps: Caps
    media: Media
    scratch: Path


@contextmanager
def open_keeping(settings: Settings) -> Iterator[Keeping]:
    """Database and media store, and nothing that works by itself; closed at the end."""
    keeping = _keeping(settings)
    try:
        yield keeping
    finally:
        keeping.database.close()


def _keeping(settings: Settings) -> Keeping:
    folder = settings.data_dir
    keep_private(folder)
    scratch = folder / "scratch"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch.mkdir(exist_ok=True)
    database = Database(_database_url(settings, folder))
    media = Media(settings.media_url or (folder / "media").as_uri())
    caps = caps_of(settings, DEAREST_MICROS)
    return Keeping(database, Store(database, caps=caps), caps, media, scratch)


def open_studio(settings: Settings) -> Studio:
    """Put a studio together. Nothing is attended to before its `start()`."""
    folder = settings.data_dir
    keeping = _keeping(settings)
    store, media = keeping.store, keeping.media
    codes = Codes(keeping.database, clock.now)
    keep = timedelta(days=settings.keep_days) if settings.keep_days else None
    forgetting = Forgetting(keeping.database, store, media, clock.now, keep)
    doors = Doors(keeping.database, codes, settings, clock.now)
    switches = Switches(keeping.database, clock.now)
    tallies = Tallies(keeping.database)
    uploads = Uploads(tallies, clock.now)
    demo = None
    if settings.aimlapi_key is None:
        key = secrets.token_hex(16)
        demo = start_demo(folder / "demo", key=key, pace=settings.demo_pace)
        provider = VideoAPI(demo.base_url, key, retries=LOOK_RETRIES)
    else:
        provider = VideoAPI(
            settings.aimlapi_base_url,
            settings.aimlapi_key.get_secret_value(),
            video_hosts=settings.video_hosts,
            retries=LOOK_RETRIES,
        )
    backend = "demo" if demo else "aimlapi"
    prices = Prices(provider, free=demo is not None)
    worker = Worker(Bench(store, media, provider, backend, keeping.scratch, clock.now))
    hourly = Hourly(lambda: mend(store, media, keeping.scratch, clock.now()))
    audit = Audit(keeping.database, provider, backend, keeping.caps, prices)
    upkeep: list[Callable[[], None]] = [
        lambda: prices.refresh(clock.now()),
        lambda: audit.refresh(clock.now()),
        Hourly(forgetting.upkeep),
        hourly,
    ]
    limit = None if settings.storage_gb is None else int(settings.storage_gb * 10**9)
    ceiling = Ceiling(limit, folders_of(folder, settings.media_url))
    upkeep.insert(0, ceiling.measure)
    pool = WorkerPool(worker, threads=settings.workers, upkeep=upkeep)
    pictures = PictureProcesses()
    secret = settings.cookie_secret.get_secret_value() if settings.cookie_secret else secret_in(folder)
    desk = Desk(
        store=store,
        media=media,
        prices=prices,
        backend=backend,
        prepare=pictures.prepare,
        payer_of=lambda visitor: doors.standing(visitor).payer,
        may_upload=uploads.may,
        forgetting=forgetting,
        clock=clock.now,
        ring=pool.ring,
        networks=Networks(secret, settings.trusted_proxies),
        ceiling=ceiling,
    )
    log.info("studio ready", extra={"backend": backend, "folder": str(folder)})
    return Studio(
        settings=settings,
        desk=desk,
        worker=worker,
        pool=pool,
        store=store,
        media=media,
        visitors=Visitors(
            secret,
            older_secrets=[old.get_secret_value() for old in settings.old_cookie_secrets],
            undated_until=undated_until(switches.cookies_dated_since()),
        ),
        doors=doors,
        codes=codes,
        switches=switches,
        caps=keeping.caps,
        shares=Shares(keeping.database, clock.now),
        gallery_links=GalleryLinks(keeping.database, clock.now),
        tallies=tallies,
        ceiling=ceiling,
        tabs=Tabs(),
        incidents=Incidents(keeping.database, clock.now),
        office=Office(keeping.database, keeping.caps, clock.now),
        audit=audit,
        _database=keeping.database,
        _provider=provider,
        _pictures=pictures,
        _demo=demo,
    )


def _database_url(settings: Settings, folder: Path) -> str:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{folder / 'kineograph.db'}"
