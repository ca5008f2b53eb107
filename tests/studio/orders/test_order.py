"""What may be asked, and how words are cleaned before they are sent."""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.orders.order import (
    AUDIO_LINK_MAX,
    MODEL,
    Problem,
    clean_text,
    is_usable_audio_link,
    model_of,
    problems_of,
    tidy,
)
from studio.worker.provider_mapping import request_of
from tests.studio.strategies import an_order, orders
from videoapi.models import MODELS

any_text = st.text(max_size=300) | st.text("a \n\r\t\u200b\u200d\u202e\u0000é\u0301😀\ud800\ue000\ufeff", max_size=40)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, ()),
        ({"picture_key": ""}, (Problem.NO_PICTURE,)),
        ({"prompt": ""}, (Problem.NO_PROMPT,)),
        ({"prompt": " \n\t "}, (Problem.NO_PROMPT,)),
        ({"prompt": "\u200b\u202e\x00"}, (Problem.NO_PROMPT,)),
        ({"prompt": "x" * MODEL.prompt_max}, ()),
        ({"prompt": "  " + "x" * MODEL.prompt_max + "\n"}, ()),
        ({"prompt": "x" * (MODEL.prompt_max + 1)}, (Problem.PROMPT_TOO_LONG,)),
        ({"negative_prompt": "x" * MODEL.negative_prompt_max}, ()),
        ({"negative_prompt": "x" * (MODEL.negative_prompt_max + 1)}, (Problem.NEGATIVE_PROMPT_TOO_LONG,)),
        ({"duration_s": 15}, ()),
        ({"duration_s": 0}, (Problem.LENGTH_NOT_OFFERED,)),
        ({"duration_s": -5}, (Problem.LENGTH_NOT_OFFERED,)),
        ({"duration_s": 6}, (Problem.LENGTH_NOT_OFFERED,)),
        ({"duration_s": 10**9}, (Problem.LENGTH_NOT_OFFERED,)),
        ({"resolution": "1080p"}, ()),
        ({"resolution": "4k"}, (Problem.QUALITY_NOT_OFFERED,)),
        ({"resolution": ""}, (Problem.QUALITY_NOT_OFFERED,)),
        ({"seed": 0}, ()),
        ({"seed": 2_147_483_647}, ()),
        ({"seed": -1}, (Problem.SEED_OUT_OF_RANGE,)),
        ({"seed": 2_147_483_648}, (Problem.SEED_OUT_OF_RANGE,)),
        ({"audio_url": "  "}, ()),
        ({"audio_url": "https://example.com/a.mp3 "}, ()),
        ({"audio_url": "file:///etc/passwd"}, (Problem.AUDIO_LINK_UNUSABLE,)),
        (
            {"picture_key": "", "prompt": "", "seed": -1},
            (Problem.NO_PICTURE, Problem.NO_PROMPT, Problem.SEED_OUT_OF_RANGE),
        ),
    ],
)
def test_an_order_goes_out_only_when_nothing_is_missing_or_wrong(
    changes: dict[str, Any], problems: tuple[Problem, ...]
) -> None:
    assert problems_of(tidy(an_order(**changes))) == problems


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("  The sea.  ", "The sea."),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("cafe\u0301", "café"),
        ("a\u202eb\u2066c\u200bd\ufeffe", "abcde"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("\ud800lone", "lone"),
        ("family: 👩\u200d👩\u200d👧", "family: 👩\u200d👩\u200d👧"),
        ("क\u094d\u200cष", "क\u094d\u200cष"),
        ("a\tb", "ab"),
        ("", ""),
    ],
)
def test_words_go_out_as_typed_but_for_what_no_one_can_see(typed: str, sent: str) -> None:
    assert clean_text(typed) == sent


@given(any_text)
def test_clean_words_can_be_sent_and_kept_anywhere(text: str) -> None:
    clean = clean_text(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert not any(unicodedata.bidirectional(ch) in ("RLO", "LRO", "RLE", "LRE", "RLI", "LRI", "FSI") for ch in clean)


@given(orders)
def test_tidying_twice_changes_nothing_more(order: Any) -> None:
    assert tidy(tidy(order)) == tidy(order)


@given(orders)
def test_no_order_asks_for_several_shots_of_words_that_may_not_be_improved(order: Any) -> None:
    """The provider would leave the further shots out without a word, and charge the same."""
    request, model = request_of(tidy(order), b""), model_of(order)
    if model.has_several_shots:
        assert request.enhance_prompt is (order.improve_prompt or order.several_shots)
        assert request.shot_type == ("multi" if order.several_shots else "single")
    else:
        assert request.shot_type is None


def test_of_a_sound_and_a_link_to_one_the_sound_is_sent_where_the_model_takes_one() -> None:
    both = an_order(sound_key="sounds/ab/a.mp3", sound_name="a.mp3", audio_url="https://example.com/b.mp3")
    sent = tidy(both)
    assert (sent.sound_key, sent.sound_name, sent.audio_url) == ("sounds/ab/a.mp3", "a.mp3", "")
    for model in MODELS.values():
        sent = tidy(dataclasses.replace(both, model=model.id))
        assert bool(sent.sound_key) is bool(sent.sound_name) is model.has_audio_file
        assert not (sent.sound_key and sent.audio_url)
        assert model.has_audio_link or not (sent.sound_key or sent.audio_url)


@pytest.mark.parametrize("improve", [True, False])
def test_several_shots_always_improve_the_prompt(improve: bool) -> None:
    assert tidy(an_order(several_shots=True, improve_prompt=improve)).improve_prompt
    assert tidy(an_order(several_shots=False, improve_prompt=improve)).improve_prompt is improve


@pytest.mark.parametrize(
    ("link", "usable"),
    [
        ("https://example.com/music.mp3", True),
        ("https://example.com/Music.WAV?token=a.b", True),
        ("https://example.com:443/a/b.wav#t=1", True),
        ("https://8.8.8.8/a.mp3", True),
        ("https://[2606:4700::1111]/a.mp3", True),
        ("https://user@example.com/a.wav", False),
        ("https://user:password@example.com/a.wav", False),
        ("https://:@example.com/a.wav", False),
        ("https://example.com:8443/a.wav", False),
        ("https://example.com:0/a.wav", False),
        ("https://example.com:99999/a.wav", False),
        ("https://example.com\\@127.0.0.1/a.mp3", False),
        ("https://127.0.0.1/a.mp3", False),
        ("https://127.1/a.mp3", False),
        ("https://2130706433/a.mp3", False),
        ("https://0x7f000001/a.mp3", False),
        ("https://0x7f.0.0.1/a.mp3", False),
        ("https://a.0x/a.mp3", False),
        ("https://0177.0.0.1/a.mp3", False),
        ("https://127.0.0.1./a.mp3", False),
        ("https://%31%32%37.0.0.1/a.mp3", False),
        ("https://\uff11\uff12\uff17.0.0.1/a.mp3", False),
        ("https://127\u30020\u30020\u30021/a.mp3", False),
        ("https://10.1.2.3/a.mp3", False),
        ("https://172.16.0.1/a.mp3", False),
        ("https://192.168.1.1/a.mp3", False),
        ("https://169.254.169.254/latest/a.mp3", False),
        ("https://100.64.0.1/a.mp3", False),
        ("https://0.0.0.0/a.mp3", False),
        ("https://224.0.0.1/a.mp3", False),
        ("https://8.8.8.8.8/a.mp3", False),
        ("https://[::1]/a.mp3", False),
        ("https://[::]/a.mp3", False),
        ("https://[fe80::1]/a.mp3", False),
        ("https://[fd00::1]/a.mp3", False),
        ("https://[::ffff:127.0.0.1]/a.mp3", False),
        ("https://[::ffff:8.8.8.8]/a.mp3", False),
        ("https://[64:ff9b::7f00:1]/a.mp3", False),
        ("https://[2002:7f00:1::]/a.mp3", False),
        ("https://app.localhost/a.mp3", False),
        ("https://LOCALHOST./a.mp3", False),
        ("https://printer.local/a.mp3", False),
        ("https://metadata.google.internal/a.mp3", False),
        ("https://db.lan/a.mp3", False),
        ("https://intranet/a.mp3", False),
        ("https://-bad.example.com/a.mp3", False),
        ("https://bad..example.com/a.mp3", False),
        ("https://bücher.example/lied.mp3", True),
        ("http://example.com/music.mp3", False),
        ("HTTPS://example.com/music.mp3", True),
        ("https://example.com/music.ogg", False),
        ("https://example.com/?file=music.mp3", False),
        ("https:///music.mp3", False),
        ("https://localhost/music.mp3", False),
        ("https://[::1/music.mp3", False),
        ("https://[bad]/music.mp3", False),
        ("https://example.com/mu sic.mp3", False),
        ("https://example.com/mu\nsic.mp3", False),
        ("https://example.com/mu\x7fsic.mp3", False),
        ("https://example.com/mu\u202esic.mp3", False),
        ("https://example.com/\ud800.mp3", False),
        ("javascript:alert(1)//.mp3", False),
        ("music.mp3", False),
        ("https://example.com/" + "a" * (AUDIO_LINK_MAX - 24) + ".mp3", True),
        ("https://example.com/" + "a" * (AUDIO_LINK_MAX - 23) + ".mp3", False),
    ],
)
def test_a_link_to_sound_is_an_https_address_of_a_wav_or_mp3(link: str, usable: bool) -> None:
    assert is_usable_audio_link(link) is usable


@given(any_text.map(lambda text: f"https://example.com/{text}.mp3") | any_text)
def test_a_usable_link_can_be_sent_and_kept_anywhere(link: str) -> None:
    if is_usable_audio_link(link):
        link.encode("utf-8")
        assert link == clean_text(link) or unicodedata.normalize("NFC", link) == clean_text(link)
