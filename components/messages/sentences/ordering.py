"""What is said of the form and of the click on its button: what is missing, what it costs, why not now."""

from __future__ import annotations

from components.language import N_
from components.messages.sentences.notice import Notice
from studio.access.admission import Answer
from studio.money.limits import Limit
from studio.orders.hints import Hint
from studio.orders.order import Problem
from videoapi.models import Strength

PROBLEMS = {
    Problem.MODEL_NOT_OFFERED: N_("That model is not offered here. Choose another."),
    Problem.NO_PICTURE: N_("Add a picture first: drop one above, or try one of ours."),
    Problem.NO_PROMPT: N_("Say in a sentence what should happen in the video."),
    Problem.PROMPT_TOO_LONG: N_("The description is too long. Shorten it to {prompt_max} characters."),
    Problem.NEGATIVE_PROMPT_TOO_LONG: N_("“What to avoid” is too long. Shorten it to {negative_max} characters."),
    Problem.LENGTH_NOT_OFFERED: N_("That length is not offered for this model. Choose another."),
    Problem.QUALITY_NOT_OFFERED: N_("That quality is not offered for this model. Choose another."),
    Problem.SEED_OUT_OF_RANGE: N_(
        "The seed must be a whole number from 0 to {seed_max}. Leave it empty for a random one."
    ),
    Problem.AUDIO_LINK_UNUSABLE: N_(
        "The link to the sound must begin with https://, end with .wav or .mp3, and lead to a public site, without a "
        "password in it. Correct it or leave it empty."
    ),
    Problem.SOUND_GONE: N_("Your audio file is no longer here. Remove it, or add it once more."),
    Problem.COUNT_NOT_OFFERED: N_("That many videos at once are not offered. Choose 1 to 4."),
}

HINTS = {
    Hint.SHOTS_NOT_CHOSEN: N_(
        "Your words describe several shots. Switch on “Several shots” under “More options”, or it stays one long take."
    ),
    Hint.SHOTS_DO_NOT_ADD_UP: N_(
        "The times of your shots do not add up to the length of the video. “Plan the shots” makes them fit."
    ),
    Hint.SHOTS_NOT_TOLD: N_("For several shots, say what happens in each: a sentence for every shot."),
    Hint.SAYS_WHAT_IS_SEEN: N_("Your picture already shows what is there. Say what should move."),
    Hint.CAMERA_FIGHTS: N_("The camera cannot do both of these in one take. Keep one of them."),
}

STRENGTHS = {
    Strength.ALL_ROUND: N_("The best all-rounder, with sound and several shots."),
    Strength.FASTER_AND_CHEAPER: N_("Faster and cheaper."),
    Strength.BEST_MOVEMENT: N_("The best movement."),
    Strength.SMALL_AND_CHEAP: N_("Small and cheap, for trying things out."),
    Strength.SHORT_AND_SILENT: N_("Short and without sound."),
    Strength.ENDING_PICTURE: N_("Can end in a picture of yours; the same picture twice makes a loop."),
}

LEFT = {
    Limit.MONTH: N_("{videos} · {amount} · {left} left this month"),
    None: N_("{videos} · {amount} · {left} left today"),
}
"""What an order costs, and what is left of which limit."""

LEFT_FOR_SOME = {
    Limit.MONTH: N_("{videos} · {amount} · {left} left this month, enough for {enough_for}"),
    None: N_("{videos} · {amount} · {left} left today, enough for {enough_for}"),
}
"""The same where it does not cover all that might be chosen."""

NOT_ENOUGH = {
    Limit.MONTH: Notice(
        N_("This costs more than the {left} you have left this month."),
        N_("It opens again {opens}; your form stays as it is."),
    ),
    None: Notice(
        N_("This costs more than the {left} you have left today."),
        N_("You can go on {opens}; your form stays as it is."),
    ),
}
"""Where something is left, but not enough."""

LIMITS = {
    Limit.VISITOR: Notice(
        N_("This video costs more than you have left today."), N_("You can go on {opens}; your form stays as it is.")
    ),
    Limit.CODE: Notice(
        N_("Your access code has reached its limit for today."), N_("It opens again {opens}; your form stays as it is.")
    ),
    Limit.DAY: Notice(
        N_("This site has reached its budget for today."), N_("It opens again {opens}; your form stays as it is.")
    ),
    Limit.MONTH: Notice(
        N_("This site has reached its budget for this month."), N_("It opens again {opens}; your form stays as it is.")
    ),
    Limit.VISITOR_QUEUE: Notice(
        N_("You already have as many videos waiting as you can."),
        N_("When one of them is done you can order the next; your form stays as it is."),
    ),
    Limit.ADDRESS_QUEUE: Notice(
        N_("Your network already has as many videos waiting as it can."),
        N_("When one of them is done you can order the next; your form stays as it is."),
    ),
    Limit.QUEUE: Notice(
        N_("Many people are waiting for their videos right now."),
        N_("Try again in a few minutes; your form stays as it is."),
    ),
}

PAUSED = Notice(
    N_("New orders are paused for now."),
    N_("What is under way goes on, and your form stays as it is. Come back later."),
)

NOT_ADMITTED = Notice(
    N_("You cannot order here at the moment."), N_("Reload the page to get access; your form stays as it is.")
)

NO_ROOM = Notice(
    N_("This site has no room for further videos at the moment."),
    N_("Tell its owner, and try again later; your form stays as it is, and what is under way will be kept."),
)

PRICE_UNKNOWN = Notice(
    N_("We can't tell what this video would cost, so it was not ordered."), N_("Choose another quality or length.")
)

PRICE_RISEN = Notice(
    N_("This video costs {amount} now, more than was shown when you clicked."),
    N_("It was not ordered. Click again to order it at that price."),
)

ORDERED_JUST_NOW = Notice(N_("You ordered exactly this {ago}."), N_("Make another?"))

NO_COOKIES = Notice(
    N_("This browser blocks cookies, and we need one to find your videos again."),
    N_("Allow cookies for this site and load the page again; until then nothing can be ordered here."),
)

ADMISSIONS = {
    Answer.ADMITTED: Notice(N_("Welcome."), N_("Your code works: you can make videos now.")),
    Answer.WRONG: Notice(
        N_("This code is wrong or has expired."), N_("Check it, or ask the person who gave it to you.")
    ),
    Answer.TOO_MANY: Notice(N_("Too many attempts."), N_("Wait a minute, then try again.")),
}
