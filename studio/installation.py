"""An installation: the app without a screen, in the parts that a screen asks for. Put together in studio/build.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.access.admission import Admission
from studio.access.codes import Codes
from studio.access.networks import Networks
from studio.access.rate_limits import RateLimits
from studio.access.tabs import Tabs
from studio.access.visitors import Visitors
from studio.bringing_in.bringing_in import BringingIn
from studio.diagnostics.incidents import Incidents
from studio.downloads import Downloads
from studio.edits import Edits
from studio.keeping import Keeping
from studio.money.limits import Limits
from studio.money.reconciliation import Reconciliation
from studio.orders.pause import Switches
from studio.owner_service import OwnerService
from studio.presets import Presets
from studio.queue.changes import Changes
from studio.queue.job_store import Store
from studio.settings import Settings
from studio.sharing.gallery_links import GalleryLinks
from studio.sharing.shares import Shares
from studio.sharing.successions import Successions
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.quota import Ceiling
from studio.takeaway.takeaway import Takeaway
from studio.visitor_service import VisitorService
from studio.worker.pool import WorkerPool
from studio.worker.worker import Worker


@dataclass(frozen=True, slots=True)
class Storage:
    """Where everything is kept: what remains of an installation when nobody works in it."""

    database: Database
    store: Store
    limits: Limits
    media: Media
    scratch: Path


@dataclass(frozen=True, slots=True)
class Access:
    """Who is there, and what they may do."""

    visitors: Visitors
    admission: Admission
    codes: Codes
    rate_limits: RateLimits
    networks: Networks
    tabs: Tabs


@dataclass(frozen=True, slots=True)
class Sharing:
    """The links that visitors give away, and whose place a visitor took."""

    shares: Shares
    gallery_links: GalleryLinks
    successions: Successions


@dataclass(frozen=True, slots=True)
class Owner:
    """What the owner sees and decides."""

    service: OwnerService
    switches: Switches
    reconciliation: Reconciliation
    incidents: Incidents
    ceiling: Ceiling


@dataclass(frozen=True, slots=True)
class Studio:
    """The app without a screen, ready to be used."""

    settings: Settings
    visitor_service: VisitorService
    edits: Edits
    keeping: Keeping
    downloads: Downloads
    bringing_in: BringingIn
    takeaway: Takeaway
    presets: Presets
    access: Access
    sharing: Sharing
    owner: Owner
    storage: Storage
    changes: Changes
    """Whom to tell of jobs that moved, in this process."""
    worker: Worker
    pool: WorkerPool
    _is_provider_up: Callable[[], bool]
    _close: tuple[Callable[[], object], ...]
    """What else was opened, to be closed in this order; the database after it."""

    @property
    def is_provider_up(self) -> bool:
        """False while the demo has died and is being started again; nobody here can tell for a real provider."""
        return self._is_provider_up()

    def start(self) -> None:
        """Begin to attend to jobs: those placed before a restart, and new ones."""
        self.pool.start()

    def stop(self) -> None:
        """End in order: let steps finish, give the rest back, stop what was started."""
        self.pool.stop()
        self.visitor_service.close()
        for close in self._close:
            close()
        self.storage.database.close()
