"""The form as this tab has it, and the pictures on their way to it."""

from __future__ import annotations

from dataclasses import replace

from components.runtime.uninterrupted import uninterrupted
from components.session import keeps_cookies, visitor, visitor_service
from components.tab import changing, remembered
from studio.orders.drafts import Draft
from studio.pictures.queue import Preparation
from studio.visitor_service import CreatePage


def create_page() -> CreatePage:
    """What Create shows in this tab now."""
    return visitor_service().create_page(visitor(), draft().started_fresh_at, draft().set_aside)


def draft() -> Draft:
    """The form as this tab has it: at first as the visitor left it."""
    known = remembered().draft
    if known is not None:
        return known
    with uninterrupted():
        tab = changing()
        tab.draft = kept = _kept_draft()
        # A page that was loaded anew goes on waiting for the picture that was given to the one before.
        forms = visitor_service().forms
        tab.preparing = forms.pictures.preparation(visitor())
        tab.lining_up = list(forms.pictures.further(visitor()))
    return kept


def _kept_draft() -> Draft:
    kept = visitor_service().forms.drafts.of(visitor())
    forms = visitor_service().forms
    picture, ending = (
        each if each and forms.picture_files.has(each) else None for each in (kept.picture, kept.ending_picture)
    )
    earlier, later = (
        tuple(one for one in line if forms.picture_files.has(one.picture)) for line in (kept.earlier, kept.later)
    )
    sound = kept.sound if kept.sound and forms.sounds.is_kept(kept.sound.key) else None
    return replace(kept, picture=picture, ending_picture=ending, earlier=earlier, later=later, sound=sound)


def change_draft(changed: Draft) -> None:
    """The form now stands like this: in this tab, and for the visitor's next one."""
    before = draft()
    if changed == before:
        return
    changing().draft = changed
    if keeps_cookies():
        visitor_service().forms.drafts.keep(visitor(), changed, since=before)


def fill_form(filled: Draft) -> None:
    """Put other contents on the form: its fields show them at the next drawing."""
    if filled.picture != draft().picture:
        stop_waiting()
    let_go_of_line()
    # What was decided about the jobs beside the form stays decided.
    before = draft()
    change_draft(replace(filled, started_fresh_at=before.started_fresh_at, set_aside=before.set_aside))
    new_fields()


EVERY_FIELD = ""
"""Instead of a field's name: the whole form."""


def new_fields(name: str = EVERY_FIELD) -> None:
    """The form, or its field of that name, is drawn anew: only a new field shows other contents for certain."""
    changing().turns[name] += 1


def turn_of(name: str) -> int:
    """Tells this field of the form from those of its name before it. Only ever grows."""
    turns = remembered().turns
    return turns[EVERY_FIELD] + turns[name]


def preparing() -> Preparation | None:
    """The picture that this tab waits for."""
    return remembered().preparing


def wait_for(preparation: Preparation | None) -> None:
    """This tab now waits for that picture, or for none."""
    changing().preparing = preparation


def stop_waiting() -> None:
    """The picture that this tab waits for is no longer wanted: what a person asks for last counts, whichever is ready
    first.
    """
    waiting = preparing()
    if waiting is not None:
        waiting.cancel()
        wait_for(None)


def lining_up() -> list[Preparation]:
    """The further pictures that this tab waits for, to stand in line on its form."""
    draft()  # which finds those that were given to the page before this one
    return changing().lining_up


def let_go_of_line() -> None:
    """Other contents come onto the form: further pictures that are still on their way are no longer wanted."""
    while lining_up():
        lining_up().pop().cancel()
    changing().form_number += 1


def form_number() -> int:
    """Tells the form from those before it, whose pictures the browser may still hold."""
    return remembered().form_number
