"""What a person reads: the sentences of components/messages/sentences/, chosen and filled in."""

from __future__ import annotations

from datetime import datetime

from components.language import CENT, _, ago, money, ngettext, number, opening, seconds
from components.messages.sentences import (
    ADMISSIONS,
    CHANGES,
    COST_NOTHING,
    EDIT_REFUSALS,
    HINTS,
    LIMITS,
    LINK_REFUSALS,
    MADE_FROM,
    NO_COOKIES,
    NO_ROOM,
    NOT_ADMITTED,
    NOT_ENOUGH,
    NOT_SHARED,
    ORDERED_JUST_NOW,
    PAUSED,
    PICTURE_NOT_KEPT,
    PICTURES_ON_THEIR_WAY,
    PRICE_RISEN,
    PRICE_UNKNOWN,
    PROBLEMS,
    REASONS,
    REFUSALS,
    SOUND_REFUSALS,
    STAGES,
    STILL_PREPARING,
    STOPS,
    STORAGE,
    STRENGTHS,
    TOO_MANY_PICTURES,
    TOO_MANY_WAITING,
    TROUBLES,
    Notice,
)
from studio import clock
from studio.access.admission import Answer
from studio.forms import NotFramed, PicturesOnTheirWay, TooManyPictures
from studio.jobs.circuit_breaker import Stop
from studio.jobs.job import Job, Reason, State
from studio.money.fitting import Choice
from studio.money.limits import Allowance, Limit, LimitReached
from studio.money.prices import Price, PriceRisen, PriceUnknown
from studio.ordering import NotAdmitted, OrdersStopped
from studio.orders.hints import Hint
from studio.orders.order import MODEL, NoRoom, NotTaken, OrderIncomplete, Problem
from studio.orders.pause import Paused
from studio.pictures.fetch import LinkRefused
from studio.pictures.prepare import MAX_UPLOAD_BYTES, Change, PictureRefused
from studio.pictures.queue import TooManyWaiting
from studio.queue.line import PlaceInLine
from studio.queue.placing import OrderedJustNow
from studio.sounds.prepare import KEPT_S, SoundRefused
from studio.storage.errors import StorageAway
from studio.videos.edit import EditRefusal, Kind, of_name
from videoapi.models import VideoModel

SAME_LENGTH_S = 0.1
"""So much shorter or longer nobody hears."""


def problem(found: Problem) -> str:
    """What to add or change before the order can go out."""
    return _(PROBLEMS[found]).format(
        prompt_max=number(MODEL.prompt_max),
        negative_max=number(MODEL.negative_prompt_max),
        seed_max=number(MODEL.seed_max),
    )


def refusal(refused: PictureRefused) -> str:
    """Why a picture cannot be used, and what to do."""
    return REFUSALS[refused.refusal].text().format_map(_Facts(refused.facts))


def sound_refusal(refused: SoundRefused) -> str:
    """Why a sound cannot be used, and what to do."""
    return SOUND_REFUSALS[refused.refusal].text().format_map(_Facts(refused.facts))


def sound_line(length_s: float, video_s: int) -> str:
    """How long a sound is, and what becomes of it in a video of that length."""
    if length_s == 0:
        return problem(Problem.SOUND_GONE)
    if length_s > video_s + SAME_LENGTH_S:
        # Of a longer one no more is kept, and how long that was is no longer known.
        said = (
            _("{length} of sound: the first {used} are used.")
            if length_s < KEPT_S
            else _("{length} of sound or more: the first {used} are used.")
        )
    elif length_s < video_s - SAME_LENGTH_S:
        said = _("{length} of sound: the rest of the video is silent.")
    else:
        said = _("{length} of sound: as long as the video.")
    shown = round(length_s) if length_s > video_s - SAME_LENGTH_S else round(length_s, 1)
    return said.format(length=seconds(shown), used=seconds(video_s))


def hint(found: Hint) -> str:
    """What a person might not have thought of."""
    return _(HINTS[found])


def too_long(length: int, limit: int) -> str:
    """What to say of words that are more than the service reads; empty where they are not."""
    if length <= limit:
        return ""
    return _("{length} of {limit} characters. Leave out {over}, or the end would be cut off.").format(
        length=number(length), limit=number(limit), over=number(length - limit)
    )


def picture_ready(changes: tuple[str, ...], width: int, height: int) -> str:
    """That a picture is ready and how large it is, and what people want to know of what was done to it."""
    ready = (
        _("Ready, {size}. Your location was removed.") if Change.LOCATION_REMOVED in changes else _("Ready, {size}.")
    )
    return ready.format(size=f"{width} × {height}")


def link_refusal(refused: LinkRefused) -> str:
    """Why no picture came of a link, and what to do."""
    return LINK_REFUSALS[refused.refusal].text().format(limit=MAX_UPLOAD_BYTES // (1024 * 1024))


def picture_line(changes: tuple[str, ...], width: int, height: int) -> str:
    """All that was done to a picture, in one line: "Turned upright, location removed, 1600 × 1200"."""
    words = [_(CHANGES[Change(change)]) for change in changes]
    line = ", ".join([*words, f"{width} × {height}"])
    return line[:1].upper() + line[1:]


def ended(job: Job) -> str:
    """In one line that a job has ended, and whether there is a video."""
    return _("Your video is ready.") if job.state is State.DONE else _("One of your videos could not be made.")


def stage(job: Job) -> str:
    """Where a job stands, in words."""
    return _(STAGES[job.state])


def ending(job: Job) -> str:
    """Why a job ended without a video, and what to do."""
    return REASONS[job.reason or Reason.UNKNOWN].text()


def stop(why: Stop) -> str:
    """Why no orders go out, and what that means."""
    return STOPS[why].text()


_NOT_TAKEN: dict[type[NotTaken], Notice] = {
    NotAdmitted: NOT_ADMITTED,
    PriceUnknown: PRICE_UNKNOWN,
    NoRoom: NO_ROOM,
    PicturesOnTheirWay: PICTURES_ON_THEIR_WAY,
}
"""Why an order was not taken, where that is all there is to say."""


def not_taken(error: NotTaken) -> str:
    """Why an order was not taken, and what to do."""
    match error:
        case OrderIncomplete():
            return " ".join(problem(found) for found in error.problems)
        case OrdersStopped():
            return stop(error.stop)
        case LimitReached() if error.left_micros is not None and not error.allowance.nothing_left:
            return not_enough(error.allowance)
        case LimitReached():
            return limit(error.limit, error.opens_at)
        case Paused():
            return paused()
        case PriceRisen():
            return PRICE_RISEN.text().format(amount=money(error.price.micros))
        case OrderedJustNow():
            return ORDERED_JUST_NOW.text().format(ago=ago(clock.now() - error.job.created_at))
        case NotFramed():
            return refusal(error.why)
        case NotAdmitted() | PriceUnknown() | NoRoom() | PicturesOnTheirWay():
            return _NOT_TAKEN[type(error)].text()
        case _:
            raise TypeError(f"an error without a sentence: {type(error).__name__}")


def strength(model: VideoModel) -> str:
    """What a model is chosen for."""
    return _(STRENGTHS[model.strength])


def edit_refusal(reason: EditRefusal) -> str:
    """Why nothing was made of a video, and what to do."""
    return EDIT_REFUSALS[reason].text()


def made_from(job: Job) -> str:
    """What a video was made from that nobody ordered."""
    kind, parts = of_name(job.made_as or "")
    if kind is Kind.JOINED:
        return ngettext("{count} part joined", "{count} parts joined", parts).format(count=number(parts))
    return _(MADE_FROM[kind])


def cost_nothing() -> str:
    """What such a video cost."""
    return _(COST_NOTHING)


def not_enough(allowance: Allowance) -> str:
    """That what is left does not cover an order, where something is left; and when there is more."""
    left = (allowance.left_micros or 0) // CENT * CENT  # never more than there is
    opens = "" if allowance.opens_at is None else opening(allowance.opens_at, clock.now())
    return NOT_ENOUGH.get(allowance.limit, NOT_ENOUGH[None]).text().format(left=money(left), opens=opens)


def fitting(choice: Choice) -> str:
    """What would fit instead: its length, quality, how many, and the price of all."""
    parts = [seconds(choice.duration_s), choice.resolution]
    if choice.count > 1:
        parts.append(ngettext("{count} video", "{count} videos", choice.count).format(count=number(choice.count)))
    return _("{choice}: {amount}").format(choice=", ".join(parts), amount=money(choice.micros))


def place(waits: PlaceInLine) -> str:
    """What goes out before an order that waits."""
    if waits.ahead == 0:
        return _("Yours is next.")
    return ngettext("{count} order is before yours.", "{count} orders are before yours.", waits.ahead).format(
        count=number(waits.ahead)
    )


def limit(reached: Limit, opens_at: datetime | None) -> str:
    """Which limit is reached, and when it is lifted."""
    opens = "" if opens_at is None else opening(opens_at, clock.now())
    return LIMITS[reached].text().format(opens=opens)


def cost(price: Price, allowance: Allowance) -> str:
    """What a video will cost, and what the visitor has left, before the click."""
    if price.is_free:
        return _("Free in the demo.")
    amount = money(price.micros)
    if allowance.left_micros is None or allowance.limit is None:
        if price.exact:
            return _("This video costs {amount}.").format(amount=amount)
        return _("About {amount}.").format(amount=amount)
    left = money(allowance.left_micros // CENT * CENT)  # never more than there is
    if allowance.limit is Limit.MONTH:
        exact = _("This video costs {amount}. You have {left} left this month.")
        about = _("About {amount}. You have {left} left this month.")
    else:
        exact = _("This video costs {amount}. You have {left} left today.")
        about = _("About {amount}. You have {left} left today.")
    return (exact if price.exact else about).format(amount=amount, left=left)


def paused() -> str:
    """That no new orders are taken, and what that means."""
    return PAUSED.text()


def admission(answer: Answer) -> str:
    """What became of words that were to let somebody in."""
    return ADMISSIONS[answer].text()


def not_prepared(why: PictureRefused | LinkRefused | StorageAway | TooManyPictures | TooManyWaiting) -> str:
    """Why a picture did not come onto the form, and what to do."""
    match why:
        case PictureRefused():
            return refusal(why)
        case LinkRefused():
            return link_refusal(why)
        case StorageAway():
            return PICTURE_NOT_KEPT.text()
        case TooManyPictures():
            return TOO_MANY_PICTURES.text()
        case TooManyWaiting():
            return TOO_MANY_WAITING.text()


def not_shared(trouble: str) -> str:
    """Why a photo from a share menu did not arrive; empty for a word that is none of ours."""
    return NOT_SHARED[trouble].text() if trouble in NOT_SHARED else ""


def still_preparing() -> str:
    """That an order has to wait for its picture."""
    return STILL_PREPARING.text()


def no_cookies() -> str:
    """Why nothing can be ordered with this browser, and what to do."""
    return NO_COOKIES.text()


def storage(away: StorageAway) -> str:
    """What is wrong with keeping things, and what to do: nothing."""
    return STORAGE[type(away)].text()


def lost(amount: str) -> str:
    """What to say of an order whose answer got lost; `amount` is what it may have cost, or empty in the demo."""
    if not amount:
        return _("We sent your order but got no reply. We'll keep checking for up to 24 hours.")
    return _(
        "We sent your order but got no reply. It may have cost about {amount}. We'll keep checking for up to 24 hours."
    ).format(amount=amount)


def trouble(job: Job) -> str:
    """What is in the way of a job right now; empty when nothing is."""
    return _(TROUBLES[job.last_error]) if job.last_error in TROUBLES else ""


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
