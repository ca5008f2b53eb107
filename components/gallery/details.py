"""Everything that made a video, beside the picture that it was made from."""

from __future__ import annotations

import streamlit as st

from components.language import _, rough_time, seconds
from components.messages.outlook import quality
from studio import urls
from studio.jobs.job import Job
from studio.orders.order import Order, model_of

PICTURE_PX = 160


def show(job: Job) -> None:
    """Draw both."""
    with st.container(horizontal=True, key="made-of"):
        st.image(urls.thumbnail(job.id), width=PICTURE_PX, alt=_("The picture that it was made from"))
        # As text: what a person typed is no Markdown.
        with st.container(gap="xsmall", width="stretch"):
            for line in lines(job):
                st.text(line)


def lines(job: Job) -> list[str]:
    """What it was made by, a line each; of one that was made of another for nothing, what that one was."""
    order = job.order
    found = [" · ".join((model_of(order).name, seconds(order.duration_s), quality(order.resolution), _sound(order)))]
    if order.several_shots:
        found.append(_("Several shots"))
    if order.improve_prompt:
        found.append(_("Description improved by the model"))
    if order.ending_picture_key:
        found.append(_("Ends in a picture that was given"))
    if order.negative_prompt:
        found.append(_("To avoid: {words}").format(words=order.negative_prompt))
    if job.made_from is None and job.accepted_at is not None and job.finished_at is not None:
        took = (job.finished_at - job.accepted_at).total_seconds()
        found.append(_("Made in {time}").format(time=rough_time(took)))
    return found


def settings(order: Order) -> list[tuple[str, str]]:
    """The same by name and value, to be compared with another one's."""
    found = [
        (_("Model"), model_of(order).name),
        (_("Length"), seconds(order.duration_s)),
        (_("Quality"), quality(order.resolution)),
        (_("Sound"), _sound(order)),
    ]
    if order.seed is not None:
        found.append((_("Seed"), str(order.seed)))
    if order.negative_prompt:
        found.append((_("To avoid"), order.negative_prompt))
    return found


def _sound(order: Order) -> str:
    own = order.sound_name or order.audio_url
    if own:
        return _("your own sound ({name})").format(name=own)
    return _("with sound") if model_of(order).is_heard(order.with_sound) else _("no sound")
