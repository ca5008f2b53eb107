"""What a person reads before an order is placed, and of the site: the sentences of components/messages/sentences/."""

from __future__ import annotations

from datetime import datetime

from components.language import CENT, _, ago, listed, money, ngettext, number, opening, seconds, sentences
from components.messages import given_notices
from components.messages.outlook import quality
from components.messages.sentences import (
    ADMISSIONS,
    HINTS,
    LEFT,
    LEFT_FOR_SOME,
    LIMITS,
    NO_COOKIES,
    NO_ROOM,
    NOT_ADMITTED,
    NOT_ENOUGH,
    ORDERED_JUST_NOW,
    PAUSED,
    PICTURES_ON_THEIR_WAY,
    PRICE_RISEN,
    PRICE_UNKNOWN,
    PROBLEMS,
    STOPS,
    STORAGE,
    STRENGTHS,
    Notice,
)
from studio import clock
from studio.access.admission import Answer
from studio.forms.sent_files import NotFramed, PicturesOnTheirWay
from studio.jobs.circuit_breaker import Stop
from studio.money.fitting import Choice
from studio.money.limits import Allowance, Limit, LimitReached
from studio.money.prices import Price, PriceRisen, PriceUnknown
from studio.ordering import NotAdmitted, OrdersStopped
from studio.orders.hints import Hint
from studio.orders.order import MODEL, NoRoom, NotTaken, OrderIncomplete, Problem
from studio.orders.pause import Paused
from studio.queue.placing import OrderedJustNow
from studio.storage.errors import StorageAway
from videoapi.models import VideoModel


def problem(found: Problem) -> str:
    """What to add or change before the order can go out."""
    return _(PROBLEMS[found]).format(
        prompt_max=number(MODEL.prompt_max),
        negative_max=number(MODEL.negative_prompt_max),
        seed_max=number(MODEL.seed_max),
    )


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
            return sentences(*(problem(found) for found in error.problems))
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
            return given_notices.refusal(error.why)
        case NotAdmitted() | PriceUnknown() | NoRoom() | PicturesOnTheirWay():
            return _NOT_TAKEN[type(error)].text()
        case _:
            raise TypeError(f"an error without a sentence: {type(error).__name__}")


def strength(model: VideoModel) -> str:
    """What a model is chosen for."""
    return _(STRENGTHS[model.strength])


def not_enough(allowance: Allowance) -> str:
    """That what is left does not cover an order, where something is left; and when there is more."""
    left = (allowance.left_micros or 0) // CENT * CENT  # never more than there is
    opens = "" if allowance.opens_at is None else opening(allowance.opens_at, clock.now())
    return NOT_ENOUGH.get(allowance.limit, NOT_ENOUGH[None]).text().format(left=money(left), opens=opens)


def fitting(choice: Choice) -> str:
    """What would fit instead: its length, quality, how many, and the price of all."""
    parts = [seconds(choice.duration_s), quality(choice.resolution)]
    if choice.count > 1:
        parts.append(ngettext("{count} video", "{count} videos", choice.count).format(count=number(choice.count)))
    return _("{choice}: {amount}").format(choice=listed(parts), amount=money(choice.micros))


def limit(reached: Limit, opens_at: datetime | None) -> str:
    """Which limit is reached, and when it is lifted."""
    opens = "" if opens_at is None else opening(opens_at, clock.now())
    return LIMITS[reached].text().format(opens=opens)


def cost(price: Price, allowance: Allowance, count: int = 1, *, enough_for: int | None = None) -> str:
    """How many videos it is about, what all of them will cost and what the visitor has left, before the click.

    `enough_for` is how many videos that covers, where it is fewer than might be chosen.
    """
    videos = ngettext("{count} video", "{count} videos", count).format(count=number(count))
    if price.is_free:
        return _("Free in the demo.") if count == 1 else _("{videos} · Free in the demo.").format(videos=videos)
    amount = money(price.micros) if price.exact else _("about {amount}").format(amount=money(price.micros))
    if allowance.left_micros is None or allowance.limit is None:
        return _("{videos} · {amount}").format(videos=videos, amount=amount)
    left = money(allowance.left_micros // CENT * CENT)  # never more than there is
    by = Limit.MONTH if allowance.limit is Limit.MONTH else None
    if not enough_for:
        return _(LEFT[by]).format(videos=videos, amount=amount, left=left)
    return _(LEFT_FOR_SOME[by]).format(videos=videos, amount=amount, left=left, enough_for=number(enough_for))


def paused() -> str:
    """That no new orders are taken, and what that means."""
    return PAUSED.text()


def admission(answer: Answer) -> str:
    """What came of a code or a sign-in that was to let somebody in."""
    return ADMISSIONS[answer].text()


def no_cookies() -> str:
    """Why nothing can be ordered with this browser, and what to do."""
    return NO_COOKIES.text()


def storage(away: StorageAway) -> str:
    """What is wrong with keeping things, and what to do: nothing."""
    return STORAGE[type(away)].text()
