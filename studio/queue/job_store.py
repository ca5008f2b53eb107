"""Jobs, drafts and presets in the database: the same code on SQLite and PostgreSQL."""

from __future__ import annotations

from studio.queue.albums import Albums
from studio.queue.binning import Binning
from studio.queue.brought_in import BroughtIn
from studio.queue.claiming import Claiming
from studio.queue.families import Families
from studio.queue.figures import Figures
from studio.queue.file_use import FileUse
from studio.queue.kept_drafts import KeptDrafts
from studio.queue.kept_edits import KeptEdits
from studio.queue.kept_presets import KeptPresets
from studio.queue.labels import Labels
from studio.queue.line import Line
from studio.queue.placing import Placing
from studio.queue.reading import Reading
from studio.queue.reordering import Reordering
from studio.queue.soft_deletion import SoftDeletion
from studio.queue.storage_use import StorageUse
from studio.queue.submit_breaker import SubmitBreaker


class Store(
    Placing,
    Reading,
    Families,
    Line,
    Reordering,
    KeptDrafts,
    KeptEdits,
    KeptPresets,
    Labels,
    Figures,
    Albums,
    Binning,
    BroughtIn,
    StorageUse,
    FileUse,
    Claiming,
    SubmitBreaker,
    SoftDeletion,
):
    """Jobs, drafts and presets. Every method is one transaction; none is held while anything else is waited for."""
