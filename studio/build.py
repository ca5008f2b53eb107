"""The only place that chooses: which database, folder or bucket, demo or provider."""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from demo.process import DemoProcess
from demo.process import start as start_demo
from studio import clock
from studio.access.admission import Admission
from studio.access.codes import Codes
from studio.access.networks import Networks
from studio.access.rate_limits import RateLimits, Uploads
from studio.access.tabs import Tabs
from studio.access.visitors import Visitors, undated_until
from studio.bringing_in.bringing_in import BringingIn
from studio.bringing_in.given_files import GivenFiles
from studio.bringing_in.one_video import OneVideo
from studio.diagnostics.incidents import Incidents
from studio.downloads import Downloads
from studio.edits import Edits
from studio.forms.form_storage import FormStorage
from studio.forms.forms import Forms
from studio.forms.preparing import Preparing
from studio.installation import Access, Owner, Sharing, Storage, Studio
from studio.keeping import Keeping
from studio.money.limits import limits_of
from studio.money.prices import Prices, dearest_micros
from studio.money.reconciliation import Reconciliation
from studio.orders.pause import Switches
from studio.owner_service import OwnerService
from studio.pictures.prepare_in_sandbox import PictureProcesses
from studio.presets import Presets
from studio.queue.changes import Changes
from studio.queue.job_store import Store
from studio.retention.consistency import repair
from studio.retention.deletion import Deletion
from studio.settings import AccessMode, Settings
from studio.sharing.gallery_links import GalleryLinks
from studio.sharing.shares import Shares
from studio.sharing.successions import Successions
from studio.sounds.prepare_in_sandbox import SoundProcesses
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.private_files import keep_private
from studio.storage.quota import Ceiling, folders_of
from studio.storage.secret_file import secret_in
from studio.takeaway.takeaway import Takeaway
from studio.videos import validate_in_sandbox
from studio.visitor_service import VisitorService
from studio.worker.pool import Hourly, WorkerPool
from studio.worker.worker import Context, Worker
from videoapi.client import VideoAPI
from videoapi.models import MODELS, VideoModel

log = logging.getLogger(__name__)

READ_RETRIES = 1
"""Times a GET is repeated within one step: the worker has a schedule of its own."""


@functools.cache
def get_studio() -> Studio:
    """The one studio of this process, as the environment describes it; built at the first call."""
    return open_studio(Settings())


@contextmanager
def open_storage(settings: Settings) -> Iterator[Storage]:
    """Database and media store, and nothing that works by itself; closed at the end."""
    storage = _storage(settings)
    try:
        yield storage
    finally:
        storage.database.close()


def _storage(settings: Settings) -> Storage:
    folder = settings.data_dir
    keep_private(folder)
    scratch = folder / "scratch"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch.mkdir(exist_ok=True)
    database = Database(_database_url(settings, folder))
    media = Media(settings.media_url or (folder / "media").as_uri())
    limits = limits_of(settings, dearest_micros(_models(settings)))
    store = Store(database, limits=limits, visitor_storage_bytes=settings.visitor_storage_mb * 10**6)
    return Storage(database, store, limits, media, scratch)


def open_studio(settings: Settings) -> Studio:
    """Put a studio together. Nothing is attended to before its `start()`."""
    storage, source = _storage(settings), _source(settings)
    prices = Prices(source.provider, free=source.demo is not None, models=_models(settings))
    deletion = Deletion(storage.database, storage.store, storage.media, clock.now, _keep_for(settings))
    owner = _owner(settings, storage, source, prices)
    access = _access(settings, storage.database, owner.switches)
    worker = _worker(storage, source)
    pool = WorkerPool(worker, threads=settings.workers, upkeep=_upkeep(storage, owner, prices, deletion))
    pictures, sounds = PictureProcesses(), SoundProcesses()
    preparing = Preparing(picture=pictures.prepare, frame=pictures.frame, sound=sounds.prepare)
    forms = _forms(settings, storage, preparing, access, deletion, owner.ceiling)
    edits = Edits(store=storage.store, media=storage.media, scratch=storage.scratch, ceiling=owner.ceiling)
    keeping = _keeping(storage, edits, owner.ceiling)
    bringing_in = _bringing_in(storage, preparing, deletion, owner.ceiling)
    downloads = Downloads(storage.media)
    log.info("studio ready", extra={"backend": source.backend, "folder": str(settings.data_dir)})
    return Studio(
        settings=settings,
        visitor_service=_visitor_service(
            storage, source, forms, access, prices=prices, deletion=deletion, wake=pool.wake
        ),
        edits=edits,
        keeping=keeping,
        downloads=downloads,
        bringing_in=bringing_in,
        takeaway=Takeaway(storage.store, storage.media, downloads),
        presets=Presets(storage.store, clock.now, owner.ceiling),
        access=access,
        sharing=_sharing(settings, storage.database),
        owner=owner,
        storage=storage,
        changes=Changes(storage.database),
        worker=worker,
        pool=pool,
        _is_provider_up=lambda: source.demo is None or source.demo.is_up,
        _close=(
            *(edits.close, keeping.close, bringing_in.close, pictures.close, sounds.close),
            *(source.provider.close, source.stop),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    """Who makes the videos."""

    provider: VideoAPI
    backend: str
    demo: DemoProcess | None = None

    def stop(self) -> None:
        """Stop what was started."""
        if self.demo is not None:
            self.demo.stop()


def _source(settings: Settings) -> _Source:
    """The provider, where there is a key for it; else the demo, which is started."""
    if settings.aimlapi_key is None:
        key = secrets.token_hex(16)
        demo = start_demo(settings.data_dir / "demo", key=key, pace=settings.demo_pace, draft=settings.demo_draft)
        return _Source(VideoAPI(demo.base_url, key, retries=READ_RETRIES), "demo", demo)
    provider = VideoAPI(
        settings.aimlapi_base_url,
        settings.aimlapi_key.get_secret_value(),
        video_hosts=settings.video_hosts,
        retries=READ_RETRIES,
    )
    return _Source(provider, "aimlapi")


def _owner(settings: Settings, storage: Storage, source: _Source, prices: Prices) -> Owner:
    """What the owner sees and decides: what was spent, what the provider says of it, and how full it is here."""
    database = storage.database
    return Owner(
        OwnerService(database, storage.limits, clock.now),
        Switches(database, clock.now),
        Reconciliation(database, source.provider, source.backend, storage.limits, prices),
        Incidents(database, clock.now),
        _ceiling(settings),
    )


def _access(settings: Settings, database: Database, switches: Switches) -> Access:
    """Who is there: by cookies signed with the one secret, by codes, and by the network that they come from."""
    secret = settings.cookie_secret.get_secret_value() if settings.cookie_secret else secret_in(settings.data_dir)
    visitors = Visitors(
        secret,
        older_secrets=[old.get_secret_value() for old in settings.old_cookie_secrets],
        undated_until=undated_until(switches.cookies_dated_since()),
    )
    codes = Codes(database, clock.now)
    return Access(
        visitors,
        Admission(database, codes, settings, clock.now),
        codes,
        RateLimits(database),
        Networks(secret, settings.trusted_proxies),
        Tabs(),
    )


def _sharing(settings: Settings, database: Database) -> Sharing:
    """The links that visitors give away, all of them rows."""
    shares = Shares(database, clock.now, is_open=AccessMode.OPEN in settings.access)
    return Sharing(shares, GalleryLinks(database, clock.now), Successions(database, clock.now))


def _forms(
    settings: Settings, storage: Storage, preparing: Preparing, access: Access, deletion: Deletion, ceiling: Ceiling
) -> Forms:
    """The forms of visitors, for the owner's choice of models; what is given for them is counted and limited."""
    return Forms(
        FormStorage(store=storage.store, media=storage.media, deletion=deletion, clock=clock.now, ceiling=ceiling),
        preparing,
        may_upload=Uploads(access.rate_limits, clock.now).may,
        models=_models(settings),
    )


def _visitor_service(
    storage: Storage,
    source: _Source,
    forms: Forms,
    access: Access,
    *,
    prices: Prices,
    deletion: Deletion,
    wake: Callable[[], None],
) -> VisitorService:
    """What takes orders: from forms, of who is let in, at these prices; a worker is woken for each."""
    return VisitorService(
        store=storage.store,
        forms=forms,
        prices=prices,
        backend=source.backend,
        payer_of=lambda visitor: access.admission.entitlement(visitor).payer,
        deletion=deletion,
        clock=clock.now,
        wake=wake,
        networks=access.networks,
    )


def _keeping(storage: Storage, edits: Edits, ceiling: Ceiling) -> Keeping:
    """What makes a video of its own of an edit."""
    return Keeping(
        store=storage.store,
        media=storage.media,
        edits=edits,
        scratch=storage.scratch,
        clock=clock.now,
        ceiling=ceiling,
    )


def _bringing_in(storage: Storage, preparing: Preparing, deletion: Deletion, ceiling: Ceiling) -> BringingIn:
    """What brings in videos that were taken away."""
    given = GivenFiles(
        media=storage.media, ceiling=ceiling, deletion=deletion, picture=preparing.picture, sound=preparing.sound
    )
    one_video = OneVideo(
        store=storage.store,
        media=storage.media,
        given=given,
        scratch=storage.scratch,
        clock=clock.now,
        ceiling=ceiling,
    )
    return BringingIn(one_video, scratch=storage.scratch, clock=clock.now)


def _worker(storage: Storage, source: _Source) -> Worker:
    """Who sends orders to the source of videos, and fetches what it made."""
    return Worker(
        Context(
            storage.store,
            storage.media,
            source.provider,
            source.backend,
            storage.scratch,
            clock.now,
            warm_up=validate_in_sandbox.warm_up,
        )
    )


def _upkeep(storage: Storage, owner: Owner, prices: Prices, deletion: Deletion) -> list[Callable[[], None]]:
    """What is done between jobs, in this order."""
    return [
        owner.ceiling.measure,
        lambda: prices.refresh(clock.now()),
        lambda: owner.reconciliation.refresh(clock.now()),
        Hourly(deletion.upkeep),
        Hourly(lambda: repair(storage.store, storage.media, storage.scratch, clock.now())),
    ]


def _models(settings: Settings) -> tuple[VideoModel, ...]:
    return tuple(MODELS[model] for model in settings.models)


def _keep_for(settings: Settings) -> timedelta | None:
    return timedelta(days=settings.keep_days) if settings.keep_days else None


def _ceiling(settings: Settings) -> Ceiling:
    limit = None if settings.storage_gb is None else int(settings.storage_gb * 10**9)
    return Ceiling(limit, folders_of(settings.data_dir, settings.media_url))


def _database_url(settings: Settings, folder: Path) -> str:
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{folder / 'kineograph.db'}"
