"""A hint comes where something will probably not come out as meant, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.create.ideas import BANK, EXAMPLES
from studio.orders.hints import Hint, hints_of
from studio.orders.order import OrderSettings
from studio.orders.shots import as_shots

ONE, SEVERAL = OrderSettings(), OrderSettings(several_shots=True)
STORY = "She opens the door. A dog runs in."


@pytest.mark.parametrize(
    ("order", "words", "hint"),
    [
        (ONE, as_shots(STORY, 5), Hint.SHOTS_NOT_CHOSEN),
        (ONE, "She waves. Cut to a dog.", Hint.SHOTS_NOT_CHOSEN),
        (SEVERAL, "She waves", Hint.SHOTS_NOT_TOLD),
        (SEVERAL, as_shots(STORY, 10), Hint.SHOTS_DO_NOT_ADD_UP),
        (SEVERAL, "Shot 1 [0-2s]: She waves. Shot 2 [3-5s]: A dog runs in.", Hint.SHOTS_DO_NOT_ADD_UP),
        (ONE, "A photo of my dog on the beach", Hint.SAYS_WHAT_IS_SEEN),
        (ONE, "The picture shows a boat", Hint.SAYS_WHAT_IS_SEEN),
        (ONE, "Zoom in on her, then the camera pulls back", Hint.CAMERA_FIGHTS),
        (ONE, "the camera pans to the left, the camera pans to the right", Hint.CAMERA_FIGHTS),
        (ONE, "Static camera, the camera slowly orbits", Hint.CAMERA_FIGHTS),
    ],
)
def test_what_will_not_come_out_as_meant_is_said(order: OrderSettings, words: str, hint: Hint) -> None:
    assert hints_of(replace(order, prompt=words)) == (hint,)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (ONE, ""),
        (SEVERAL, ""),
        (ONE, "She turns her head and smiles while the camera moves closer."),
        (ONE, "She takes a photo of the dog"),
        (ONE, "He shortcuts to the left, she moves"),
        (SEVERAL, as_shots(STORY, 5)),
        (SEVERAL, "Zoom in on her. Cut to the door. The camera pulls back."),
        (replace(ONE, model="alibaba/wan2.2-i2v-plus"), "She waves. Cut to a dog."),
    ],
)
def test_what_is_well_said_gets_no_hint(order: OrderSettings, words: str) -> None:
    assert hints_of(replace(order, prompt=words)) == ()


def test_no_phrase_that_we_offer_gets_one() -> None:
    offered = (*BANK.values(), *(fit for _, fit in EXAMPLES.values()))
    for phrase in (phrase for phrases in offered for phrase in phrases):
        assert hints_of(replace(ONE, prompt=phrase)) == ()
