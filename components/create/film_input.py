"""A video that was downloaded here, given in place of a picture: the form is as it was for it."""

from __future__ import annotations

from components.create import replaced
from components.current_form import draft, fill_form, wait_for
from components.language import _
from components.next_run import say
from components.session import visitor, visitor_service


def take(film: bytes) -> None:
    """Fill the form in as it was for a video that was downloaded here; what stood there before can be brought back.

    Raises what giving a picture raises, and PictureRefused where the video does not say what made it. In a callback.
    """
    forms = visitor_service().forms
    found, still = forms.filled_in.from_film(film)
    ready = forms.pictures.take(visitor(), still) if still else None
    replaced.keep_words(draft().prompt)
    fill_form(found.form)
    wait_for(ready)
    if still and found.is_all:
        say(_("The form is as it was for this video."))
    elif still:
        say(
            _(
                "The form is as it was for this video, as far as it can be here. Check model, "
                "ending picture and audio file."
            )
        )
    elif not found.is_all:
        say(
            _(
                "The form is as it was for this video, as far as it can be here. Add its picture, which was too large "
                "to travel with it, and check model, ending picture and audio file."
            )
        )
    else:
        say(_("The form is as it was for this video, but its picture was too large to travel with it. Add it again."))
