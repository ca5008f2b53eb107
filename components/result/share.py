"""Giving one video away: a link and its code for phones, and taking it back."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import segno
import streamlit as st

from components import front_end
from components.callbacks import told
from components.language import _
from components.result import send_film
from components.session import visitor
from studio import urls
from studio.build import get_studio
from studio.jobs.job import Job

QR_DOT_PX = 6
"""Pixels a dot: a link's code is about 230 pixels wide, which a phone reads off a screen at arm's length."""

_HAND_OVER = front_end.of(__file__, "hand_over")


def button(job: Job) -> None:
    """The button that opens the dialog; it says whether the video is being shared."""
    shared = get_studio().sharing.shares.token_of(visitor(), job.id) is not None
    if st.button(_("Shared") if shared else _("Share"), icon=":material/share:", key=f"share-{job.id}"):
        ask(job)


def ask(job: Job) -> None:
    """Open the dialog in which one of the visitor's videos is shared, or no longer."""

    @st.dialog(_("Share this video"))
    def dialog() -> None:
        _dialog(job)

    dialog()


def _dialog(job: Job) -> None:
    _link(job)
    send_film.button(job)


def _link(job: Job) -> None:
    shares = get_studio().sharing.shares
    token = shares.token_of(visitor(), job.id)
    if token is None and not shares.may_share(job):
        st.write(
            _("This video was brought in, so this site gives nobody else a link to it. Download it, and send that.")
        )
        st.text(job.order.prompt)
        return
    if token is None:
        st.write(
            _(
                "Anyone with the link can watch the video and read its description, and nothing else in your gallery. "
                "No account needed."
            )
        )
        st.text(job.order.prompt)
        st.button(
            _("Make a link"), type="primary", icon=":material/link:", key="share-make", on_click=_share, args=(job,)
        )
        return
    show_link(urls.share(token))
    st.caption(_("Anyone with the link can watch the video and read its description, until you stop sharing."))
    st.button(_("Stop sharing"), icon=":material/link_off:", key="share-stop", on_click=_stop_sharing, args=(job,))


@told
def _share(job: Job) -> None:
    get_studio().sharing.shares.share(visitor(), job.id)


@told
def _stop_sharing(job: Job) -> None:
    get_studio().sharing.shares.revoke(visitor(), job.id)


def show_link(path: str) -> None:
    """An address of this app to be taken elsewhere: as text with a copy button, and as a QR code."""
    link = absolute(path)
    st.code(link, language=None, wrap_lines=True)
    # The copy button of st.code shows itself only under a mouse.
    words = {"copy": _("Copy the link"), "copied": _("Copied"), "send": _("Send …")}
    _HAND_OVER(key=f"hand-over-{path}", data={"link": link, "words": words})
    with st.container(horizontal_alignment="center"):
        st.image(_qr_code(link), width=230, alt=_("The same link as a QR code"))


def absolute(path: str) -> str:
    """The whole address of a path of this app, as others reach it."""
    public = get_studio().settings.public_url
    if public:
        return public.rstrip("/") + path
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}{path}" if here.netloc else path


def _qr_code(link: str) -> bytes:
    """A PNG, dark on light in every theme: many readers do not read the reverse."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=QR_DOT_PX, border=4)
    return out.getvalue()
