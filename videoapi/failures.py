"""Why a generation failed, sorted from the provider's loose words. Pure.

How the provider passes on the model maker's error codes is documented nowhere, so they are searched for in all of the
text. The codes and their messages: https://www.alibabacloud.com/help/en/model-studio/error-code
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from videoapi.untrusted import mapping, plain_text


class FailureKind(StrEnum):
    """What stopped a generation, as far as its words tell. None of these is charged."""

    PICTURE_MODERATED = "picture_moderated"
    """The picture was stopped by moderation."""

    WORDS_MODERATED = "words_moderated"
    """The prompt was stopped by moderation."""

    RESULT_MODERATED = "result_moderated"
    """The video was made, and then stopped by moderation. Another try may pass."""

    MODERATED = "moderated"
    """Stopped by moderation, and it does not say whether for the picture, the words or the result."""

    FAMOUS_CHARACTER = "famous_character"
    """The picture or the words seem to show a character or brand that belongs to somebody."""

    AUDIO_UNREACHABLE = "audio_unreachable"
    """A link in the order could not be used. Where the picture went inline, that link is the sound's."""

    PICTURE_UNREADABLE = "picture_unreadable"
    """The picture could not be opened, or has a size or format that the model does not take."""

    BUSY = "busy"
    """Too many are asking; later it may work."""

    OUT_OF_CREDIT = "out_of_credit"
    """Somebody along the way cannot pay: the account, or the provider's own upstream."""

    TIMED_OUT = "timed_out"
    """It took longer than the provider allows."""

    REWRITE_FAILED = "rewrite_failed"
    """The prompt could not be enhanced. With enhancement off it may work."""

    UNKNOWN = "unknown"
    """None of the above, or said in words that are new to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a generation failed."""

    kind: FailureKind
    name: str
    """The provider's name or code for it; may be empty. Untrusted: one line, at most 500 characters."""
    message: str
    """The provider's sentence; may be empty. Untrusted: one line, at most 500 characters."""


_OUT_OF_CREDIT = re.compile(
    r"insuff?ici?ent[ _-]?(credit|fund|balance|quota)|(run )?out of (credit|fund|money)|outoffunds|arrear"
    r"|freetieronly|top[ -]?up your balance"
)
_KEY = re.compile(r"(invalid|missing|expired|disabled|revoked|blocked|wrong)[ _-]?(api[ _-]?)?key|unauthori[sz]ed")
_MODERATED = re.compile(
    r"data[ _-]?inspection|inappropriate|moderat|sensitive|nsfw|safety (check|filter|system)|content[ _-]polic"
    r"|prohibited"
)
_MEDIA_PROBLEM = re.compile(
    r"download|invalid[ _-]?(url|file|image|audio)|(url|link) is (missing|invalid)|not reachable|unreachable"
    r"|image (format|size|resolution|dimension)|decode|file (size|type)|input audio is|unsupported (image|audio|media)"
)

# First match wins. Credit and ownership come first, because their words are unmistakable; media come before moderation
# and time limits, because "timed out during the data inspection" is about a file that could not be fetched.
_RULES: tuple[tuple[re.Pattern[str], FailureKind], ...] = (
    (_OUT_OF_CREDIT, FailureKind.OUT_OF_CREDIT),
    (re.compile(r"infring|copyright|intellectual property|trademark"), FailureKind.FAMOUS_CHARACTER),
    (re.compile(r"rewrite[ _-]?failed|prompt (rewrit|enhanc|expan|extend)\w*.{0,20}fail"), FailureKind.REWRITE_FAILED),
    (_MEDIA_PROBLEM, FailureKind.AUDIO_UNREACHABLE),
    (_MODERATED, FailureKind.MODERATED),
    (
        re.compile(
            r"throttl|rate[ _-]?(limit|quota)|too many request|burstrate|overload|at capacity|concurren"
            r"|modelservingerror|modelunavailable|service ?unavailable|under maintenance|try again later|\bbusy\b"
        ),
        FailureKind.BUSY,
    ),
    (re.compile(r"time[ _-]?d?[ _-]?out|expired|took too long"), FailureKind.TIMED_OUT),
)

_SOUND = re.compile(r"audio|\.wav|\.mp3|sound")
_PICTURE = re.compile(r"image|picture|photo|img_|first[ _-]frame|decode")
_WORDS = re.compile(r"prompt|\btext\b|words")
_OUTPUT = re.compile(r"\boutput\b|generated|result")


def is_about_credit(words: str) -> bool:
    """Whether a refusal says that the account cannot pay. The provider misspells its own code for it."""
    return _OUT_OF_CREDIT.search(words.lower()) is not None


def is_about_key(name: str) -> bool:
    """Whether the provider's name or code of a refusal is about the key. Its sentences are not judged by this."""
    return _KEY.search(name.lower()) is not None


def failure_kind(words: str) -> FailureKind:
    """What stopped a generation, by all the words that came with it; UNKNOWN rather than a guess."""
    words = words.lower()
    kind = next((kind for pattern, kind in _RULES if pattern.search(words)), None)
    match kind:
        case None if "image_url" in words:
            # A refusal that names the picture's field and nothing else we know: the picture was no use to the model.
            return FailureKind.PICTURE_UNREADABLE
        case None:
            return FailureKind.UNKNOWN
        case FailureKind.MODERATED:
            return _moderated(words)
        case FailureKind.AUDIO_UNREACHABLE:
            about_picture = _PICTURE.search(words) and not _SOUND.search(words)
            return FailureKind.PICTURE_UNREADABLE if about_picture else kind
        case _:
            return kind


def _moderated(words: str) -> FailureKind:
    about = {
        FailureKind.RESULT_MODERATED: _OUTPUT.search(words),
        FailureKind.PICTURE_MODERATED: _PICTURE.search(words),
        FailureKind.WORDS_MODERATED: _WORDS.search(words),
    }
    named = [kind for kind, found in about.items() if found]
    # "Input or output data may contain inappropriate content" is the maker's commonest sentence, and names both.
    if len(named) == 1 and not (named[0] is FailureKind.RESULT_MODERATED and re.search(r"\binput\b", words)):
        return named[0]
    return FailureKind.MODERATED


# An answer may quote the order back at us (`input`, `body`). The person's own words must not decide why it failed.
_TELLING_FIELDS = (
    *("name", "code", "type", "kind", "title", "message", "msg", "reason"),
    *("error", "errors", "detail", "details", "issues", "loc", "data"),
)


def telling_texts(value: object, depth: int = 0) -> Iterator[str]:
    """Every text in an error, outermost first, that says what went wrong rather than what was asked for."""
    # Five levels hold every shape seen ({error: {detail: [{loc: [...]}]}}) and bound the work on hostile ones.
    if depth > 5:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value[:20]:
            yield from telling_texts(item, depth + 1)
    elif (fields := mapping(value)) is not None:
        for name in _TELLING_FIELDS:
            yield from telling_texts(fields.get(name), depth + 1)


def read_failure(error: object, *, status_word: str = "") -> Failure:
    """Why a generation failed, from its `error` in any of the shapes seen: an object, a text, or a list of details."""
    fields: Mapping[str, object] = mapping(error) or {}
    name = next((text for key in ("name", "code", "type", "kind") if (text := plain_text(fields.get(key)))), "")
    sentences = [text for text in telling_texts(error) if " " in text.strip()]
    message = plain_text(fields.get("message")) or plain_text(sentences[0] if sentences else error)
    words = " ".join(plain_text(text) for text in telling_texts(error))
    return Failure(kind=failure_kind(f"{words} {status_word}"), name=name, message=message)
