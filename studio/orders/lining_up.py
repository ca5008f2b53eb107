"""Several pictures on one form, in line: of each a video of its own is made, with the same words and choices.

One of them is on the stage: it is `Draft.picture`, with the frame that belongs to it; before and after it stand the
others. Pictures are named by where they are kept: a click that comes twice, or late, means the same one. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from studio.orders.drafts import Draft, DraftPicture, LinedUp

PICTURES_MAX = 20
"""Of one order: a walk through a town, or a shop's new shelf; and no more than may be uploaded within some minutes."""


def in_line(form: Draft) -> tuple[LinedUp, ...]:
    """All pictures on the form, in their order; empty without any."""
    stage = () if form.picture is None else (LinedUp(picture=form.picture, crops=form.framing.crops),)
    return (*form.earlier, *stage, *form.later)


def added(form: Draft, picture: DraftPicture) -> Draft:
    """With a further picture, last in line; as it was where the picture is there already, and where PICTURES_MAX are.

    An empty stage stays empty, as the picture for it may be on its way: see `with_stage`.
    """
    line = in_line(form)
    if len(line) >= PICTURES_MAX or _place(line, picture.key) is not None:
        return form
    return replace(form, later=(*form.later, LinedUp(picture=picture)))


def with_stage(form: Draft) -> Draft:
    """With the first of the line on the stage, where that is empty."""
    line = in_line(form)
    return _with(form, line, line[0].picture.key) if line and form.picture is None else form


def on_stage(form: Draft, key: str) -> Draft:
    """With this picture of the line on the stage, which stays where it is in line."""
    line = in_line(form)
    return form if _place(line, key) is None else _with(form, line, key)


def moved(form: Draft, key: str, to: int) -> Draft:
    """With this picture of the line in another place, from 0; beyond the ends, at the end."""
    line, at = list(in_line(form)), _place(in_line(form), key)
    if at is None:
        return form
    one = line.pop(at)
    line.insert(max(0, min(to, len(line))), one)
    return _with(form, tuple(line), _stage_key(form))


def removed(form: Draft, key: str) -> Draft:
    """Without this picture of the line. Where it was on the stage, the next one is, or else the one before."""
    line = in_line(form)
    at = _place(line, key)
    if at is None:
        return form
    left = (*line[:at], *line[at + 1 :])
    if not left:
        return form.with_picture(None)
    return _with(form, left, _stage_key(form) if key != _stage_key(form) else left[min(at, len(left) - 1)].picture.key)


def each(form: Draft) -> tuple[Draft, ...]:
    """A form for each picture, in their order, as if it stood there alone; the form itself where there is one or none.

    They are all the same filling-in: what is sent of one of them twice is sent once.
    """
    form = with_stage(form)
    if not form.earlier and not form.later:
        return (form,)
    stages = (_with(form, in_line(form), one.picture.key) for one in in_line(form))
    return tuple(replace(stage, earlier=(), later=()) for stage in stages)


def _place(line: tuple[LinedUp, ...], key: str) -> int | None:
    return next((at for at, one in enumerate(line) if one.picture.key == key), None)


def _stage_key(form: Draft) -> str:
    return form.picture.key if form.picture is not None else ""


def _with(form: Draft, line: tuple[LinedUp, ...], stage: str) -> Draft:
    """The form with this line, and this one of it on the stage; none where that is nobody's."""
    at = _place(line, stage)
    if at is None:
        return replace(form, earlier=(), later=line)
    picture = line[at].picture
    return replace(
        form,
        picture=picture,
        framing=replace(form.framing, crops=line[at].crops),
        # Where the video ends as it begins, that of each picture does.
        ending_picture=picture if form.is_loop else form.ending_picture,
        earlier=line[:at],
        later=line[at + 1 :],
    )
