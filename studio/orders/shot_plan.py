"""Several shots as a plan: what happens in each and how long it lasts, always adding up to the video's length. Pure.

Read from a text with marks ("Shot 1 [0-3s]: …") or from sentences, and written as such a text again, with every word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from studio.orders.shots import SHOTS_MAX, is_in_shots, marked, marked_in, shots_in

SHORTEST_S = 1
"""The times are whole seconds, as in the examples that the models learned from."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One of them."""

    words: str
    seconds: int
    """SHORTEST_S at least."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All of them, one at least, and what holds for the whole video."""

    whole: str
    """What stands before the first mark."""
    shots: tuple[Shot, ...]

    @property
    def seconds(self) -> int:
        """How long all of them last."""
        return sum(shot.seconds for shot in self.shots)


def most_shots(length_s: int) -> int:
    """How many a video of that length may have."""
    return max(1, min(SHOTS_MAX, length_s // SHORTEST_S))


def plan_in(text: str, length_s: int) -> Plan:
    """What a text says, made to last as long as the video: times that add up to it already stay as they are."""
    whole, found = marked_in(text)
    if not found:
        shots = shots_in(text, most_shots(length_s)) or ("",)
        return Plan("", _lasting(shots, [1.0] * len(shots), length_s))
    lasts = [0.0 if shot.times is None else shot.times[1] - shot.times[0] for shot in found]
    if min(lasts) <= 0:
        lasts = [1.0] * len(found)
    last = most_shots(length_s) - 1
    words = [shot.words for shot in found[:last]] + [" ".join(shot.words for shot in found[last:] if shot.words)]
    if len(found) <= last:
        words = [shot.words for shot in found]
    else:
        lasts = [*lasts[:last], sum(lasts[last:])]
    return Plan(whole, _lasting(words, lasts, length_s))


def times_add_up(text: str, length_s: int) -> bool:
    """False for marked shots whose times leave a gap, overlap, or end before or after the video does."""
    times = [shot.times for shot in marked_in(text)[1] if shot.times is not None]
    if not times or not is_in_shots(text):
        return True
    follows = all(before[1] == after[0] for before, after in pairwise(times))
    return follows and times[0][0] == 0 and times[-1][1] == length_s and all(begin < end for begin, end in times)


def as_text(plan: Plan) -> str:
    """The plan as the models read it. A shot without words gives its time to the one before it, or to the next; what is
    one shot then needs no mark."""
    shots, left_s = list[Shot](), 0
    for shot in plan.shots:
        words = " ".join(shot.words.split())
        if words:
            shots.append(Shot(words, shot.seconds + left_s))
            left_s = 0
        elif shots:
            shots[-1] = replace(shots[-1], seconds=shots[-1].seconds + shot.seconds)
        else:
            left_s += shot.seconds
    said = [shot.words for shot in shots]
    told = marked(said, [shot.seconds for shot in shots]) if len(shots) > 1 else "".join(said)
    return "\n".join(part for part in (plan.whole.strip(), told) if part)


def with_words(plan: Plan, at: int, words: str) -> Plan:
    """Other words for one shot."""
    return _with(plan, at, replace(plan.shots[at], words=words))


def with_seconds(plan: Plan, at: int, seconds: int) -> Plan:
    """Another time for one shot, as near as can be: those after it give or get the difference, then those before."""
    shots = list(plan.shots)
    wanted = max(SHORTEST_S, min(seconds, plan.seconds - SHORTEST_S * (len(shots) - 1)))
    more_s = wanted - shots[at].seconds
    others = [*range(at + 1, len(shots)), *range(at - 1, -1, -1)]
    for other in others:
        given_s = min(more_s, shots[other].seconds - SHORTEST_S)
        shots[other] = replace(shots[other], seconds=shots[other].seconds - given_s)
        more_s -= given_s
    shots[at] = replace(shots[at], seconds=wanted if others else plan.seconds)
    return replace(plan, shots=tuple(shots))


def with_another(plan: Plan) -> Plan:
    """One more at the end, without words, for half the time of the longest; the same plan where it is full."""
    if len(plan.shots) >= most_shots(plan.seconds):
        return plan
    longest = max(range(len(plan.shots)), key=lambda at: (plan.shots[at].seconds, at))
    before = plan.shots[longest]
    lasts = before.seconds // 2
    shorter = _with(plan, longest, replace(before, seconds=before.seconds - lasts))
    return replace(shorter, shots=(*shorter.shots, Shot("", lasts)))


def without(plan: Plan, at: int) -> Plan:
    """Without one, whose time goes to the one before it, or to the next; the last one stays."""
    if len(plan.shots) < 2:
        return plan
    shots = list(plan.shots)
    gone = shots.pop(at)
    heir = max(0, at - 1)
    shots[heir] = replace(shots[heir], seconds=shots[heir].seconds + gone.seconds)
    return replace(plan, shots=tuple(shots))


def moved(plan: Plan, at: int, by: int) -> Plan:
    """One of them so many places later, or earlier where `by` is negative; each keeps its time."""
    shots = list(plan.shots)
    shot = shots.pop(at)
    shots.insert(max(0, min(at + by, len(shots))), shot)
    return replace(plan, shots=tuple(shots))


def _with(plan: Plan, at: int, shot: Shot) -> Plan:
    return replace(plan, shots=(*plan.shots[:at], shot, *plan.shots[at + 1 :]))


def _lasting(words: Sequence[str], lasts: Sequence[float], length_s: int) -> tuple[Shot, ...]:
    """Shots that last as long in all, each in such a part of it as `lasts` says, in whole seconds."""
    parts = [each * length_s / sum(lasts) for each in lasts]
    seconds = [max(SHORTEST_S, int(part)) for part in parts]
    while (over := sum(seconds) - length_s) != 0:
        # One second at a time to or from the one that is furthest from its part; the first of those that are as far.
        far = [part - given for part, given in zip(parts, seconds, strict=True)]
        if over < 0:
            seconds[far.index(max(far))] += 1
        else:
            longer = [at for at, given in enumerate(seconds) if given > SHORTEST_S]
            seconds[min(longer, key=lambda at: far[at])] -= 1
    return tuple(Shot(said, given) for said, given in zip(words, seconds, strict=True))
