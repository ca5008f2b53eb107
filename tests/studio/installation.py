"""What a test puts together of an installation: the same in every test but for what the test is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studio.clock import Clock
from studio.forms.form_storage import FormStorage
from studio.forms.forms import Forms
from studio.forms.preparing import Prepare, Preparing
from studio.money.ledger import Payer
from studio.money.prices import Prices, PriceSource
from studio.orders.framing import Frame
from studio.orders.order import MODEL
from studio.pictures.fetch import Fetch, fetch_picture
from studio.pictures.framing import FramedPicture, framed
from studio.pictures.prepare import prepare
from studio.queue.job_store import Store
from studio.retention.deletion import Deletion
from studio.sounds.prepare import Sound
from studio.sounds.prepare import prepare as prepare_sound
from studio.storage.database import Database
from studio.storage.media import Media
from studio.storage.quota import NO_CEILING, Ceiling
from studio.visitor_service import VisitorService
from videoapi.billing import Pricing
from videoapi.models import VideoModel


class NoPrices:
    """A provider that tells no prices."""

    def pricing(self, model: str) -> Pricing:
        """An empty list."""
        return Pricing(rates=())


NO_PRICES = NoPrices()


def a_visitor_service(
    database: Database,
    store: Store,
    media: Media,
    clock: Clock,
    *,
    source: PriceSource = NO_PRICES,
    prepare: Prepare = prepare,
    frame: Callable[[bytes, Frame], FramedPicture] = framed,
    prepare_sound: Callable[[bytes], Sound] = prepare_sound,
    fetch: Fetch = fetch_picture,
    may_upload: Callable[[str], bool] = lambda _: True,
    wake: Callable[[], None] = lambda: None,
    ceiling: Ceiling = NO_CEILING,
    models: Sequence[VideoModel] = (MODEL,),
) -> VisitorService:
    """One in which everybody pays for themselves, with a real key, and may give as many pictures as they like.

    Pictures and sounds are prepared in this process: a child for each would take most of the time.
    """
    deletion = Deletion(database, store, media, clock)
    forms = Forms(
        FormStorage(store=store, media=media, deletion=deletion, clock=clock, ceiling=ceiling),
        Preparing(picture=prepare, frame=frame, sound=prepare_sound),
        may_upload=may_upload,
        fetch=fetch,
        models=models,
    )
    return VisitorService(
        store=store,
        forms=forms,
        prices=Prices(source, free=False, models=models),
        backend="aimlapi",
        payer_of=Payer,
        deletion=deletion,
        clock=clock,
        wake=wake,
    )
