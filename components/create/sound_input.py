"""The sound of the video as a file: taken in, listened to before it is sent, and taken off again."""

from __future__ import annotations

import streamlit as st

from components import front_end
from components.callbacks import told
from components.create import given_files
from components.current_form import change_draft, draft, new_fields
from components.language import _
from components.messages import given_notices
from components.next_run import say
from components.runtime import upload_store
from components.session import visitor, visitor_service
from studio import urls
from studio.orders.drafts import DraftSound
from studio.sounds.prepare import MAX_UPLOAD_BYTES, SoundRefused

KINDS = ["audio", ".wav", ".mp3"]
"""What a file picker offers. A sound is judged by decoding it, and refused in our words."""
MAX_MB = MAX_UPLOAD_BYTES // 2**20
KEPT = "sound-kept"
"""Names the place of a sound that is on the form."""
_TURN, _REFUSED = "sound-turn", "sound-refused"
"""Keys in session_state: how many fields there were before, and why the last file was not taken."""

_ON_ITS_WAY = front_end.of(__file__, above=given_files.PUTTING, is_for_the_page=True)


def show() -> None:
    """Draw the field, or the sound that was given."""
    sound = draft().sound
    # A place of its own, full or empty: what is below would be drawn anew with each change here (Streamlit 1.67.0).
    with st.container():
        if sound is None:
            _empty()
        else:
            _shown(sound)
        if said := st.session_state.get(_REFUSED):
            st.error(said, icon=":material/music_off:")


def watch(button_key: str) -> None:
    """From now on a press of the button of that key waits for a file that is on its way, so that no order goes out
    without it by chance; and a file whose uploader Streamlit forgot to answer is given once more."""
    _ON_ITS_WAY(data={"button": button_key, "kept": KEPT, "words": _("Waiting for your sound …")})


def say_link_took_its_place() -> None:
    """Say once that there is no file any more, since a link was written."""
    say(_("The link takes the place of your audio file."))


def _empty() -> None:
    key = f"sound-file-{st.session_state.setdefault(_TURN, 0)}"
    st.file_uploader(
        _("Audio file"),
        type=KINDS,
        key=key,
        max_upload_size=MAX_MB,
        help=_(
            "In place of a link: wav or mp3, 3 seconds or more, at most 15 MB. Only the sound itself is kept and sent."
        ),
        on_change=_take,
        args=(key,),
    )
    st.caption(_("The service may refuse a file. Then nothing is charged, and a link does instead."))


def _shown(sound: DraftSound) -> None:
    with st.container(key=KEPT):
        # As text: what a file is called is a stranger's words.
        st.text(sound.name or _("Audio file"))
        st.caption(given_notices.sound_line(sound.length_s, draft().duration_s))
        st.audio(urls.sound(sound.key), format="audio/mpeg")
        st.button(_("Remove sound"), icon=":material/close:", type="tertiary", key="sound-remove", on_click=_remove)


@told
def _take(key: str) -> None:
    upload = upload_store.taken_out(key)
    if upload is None:
        return
    _next_turn()
    try:
        sound = visitor_service().forms.sounds.take(visitor(), upload.data, upload.name)
    except SoundRefused as refused:
        st.session_state[_REFUSED] = given_notices.sound_refusal(refused)
        return
    had_link = draft().audio_url != ""
    change_draft(draft().with_sound_file(sound))
    if had_link:
        new_fields("audio")
        say(_("Your audio file takes the place of the link."))


@told
def _remove() -> None:
    _next_turn()
    change_draft(draft().with_sound_file(None))


def _next_turn() -> None:
    """A new key for the uploader: a widget can be emptied in no other way."""
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state.pop(_REFUSED, None)
