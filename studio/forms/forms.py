"""All that is done with forms, in its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studio.forms.drafts import Drafts
from studio.forms.file_access import FileAccess
from studio.forms.filled_in import FilledIn
from studio.forms.form_storage import FormStorage
from studio.forms.framed_pictures import FramedPictures
from studio.forms.given_pictures import GivenPictures
from studio.forms.given_sounds import GivenSounds
from studio.forms.picture_files import PictureFiles
from studio.forms.preparing import Preparing
from studio.forms.sent_files import SentFiles
from studio.orders.order import MODEL
from studio.pictures.fetch import Fetch, fetch_picture
from videoapi.models import VideoModel


class Forms:
    """Puts together what works on the forms of one installation; each part says what it does."""

    def __init__(
        self,
        storage: FormStorage,
        preparing: Preparing,
        *,
        may_upload: Callable[[str], bool],
        fetch: Fetch = fetch_picture,
        models: Sequence[VideoModel] = (MODEL,),
    ) -> None:
        """`may_upload` counts what a visitor gives, and says whether it is taken; `fetch` gets the bytes behind a link;
        `models` are those on offer."""
        self.drafts = Drafts(storage, models)
        self.picture_files = PictureFiles(storage, preparing.picture)
        self.framed_pictures = FramedPictures(storage, self.drafts, self.picture_files, preparing.frame)
        self.pictures = GivenPictures(
            self.drafts, self.picture_files, may_upload=may_upload, ceiling=storage.ceiling, fetch=fetch
        )
        self.sounds = GivenSounds(storage, preparing.sound, may_upload)
        self.filled_in = FilledIn(storage.store, self.drafts, self.picture_files, self.sounds)
        self.file_access = FileAccess(storage.store, self.drafts)
        self.sent_files = SentFiles(self.framed_pictures, self.sounds)
        self._ceiling = storage.ceiling

    @property
    def has_room(self) -> bool:
        """False where the owner's ceiling for what is kept has been reached."""
        return self._ceiling.has_room
