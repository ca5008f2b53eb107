"""Numbers are written as in the sentences around them, dates as whoever reads them writes dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages.readers import reader_of
from languages.spoken import LANGUAGES, language_of


@pytest.mark.parametrize(
    ("chosen", "tag", "accepted", "language", "locale", "calendar"),
    [
        ("", "en-GB", "", "en", "en_GB", "en_GB"),
        ("", "ca-ES", "ca-ES,es", "es", "es", "ca_ES"),
        ("", "de-AT", "", "de", "de_AT", "de_AT"),
        ("de", "en-US", "en-US", "de", "de", "de"),
        ("", "zh-CN", "", "zh-Hans", "zh_Hans_CN", "zh_Hans_CN"),
        ("", "zh-TW", "", "zh-Hans", "zh_Hans", "zh_Hant_TW"),
        ("", "", "", "en", "en_US", "en_US"),
        ("", "sv-SE", "sv-SE,sv", "en", "en_US", "sv_SE"),
        ("en", "de-DE", "de", "en", "en_US", "en_US"),
        ("ar", "en-US", "", "ar", "ar", "ar"),
        ("", "nonsense!", "fr", "fr", "fr", "fr"),
    ],
)
def test_who_reads(chosen: str, tag: str, accepted: str, language: str, locale: str, calendar: str) -> None:
    reader = reader_of(language_of(chosen), tag, accepted, "Europe/Vienna")
    assert (reader.language.code, str(reader.locale), str(reader.calendar)) == (language, locale, calendar)
    assert reader.zone.key == "Europe/Vienna"


@given(
    chosen=st.none() | st.sampled_from(LANGUAGES),
    tag=st.text(max_size=30),
    accepted=st.text(max_size=60),
    zone=st.text(max_size=30) | st.sampled_from(["UTC", "../UTC", "/etc/passwd", "Asia/Tokyo"]),
)
def test_whatever_a_browser_says_of_itself_somebody_reads(chosen: object, tag: str, accepted: str, zone: str) -> None:
    reader = reader_of(chosen, tag, accepted, zone)  # type: ignore[arg-type]
    assert reader.language in LANGUAGES
    assert reader.locale.language == reader.language.code.partition("-")[0]
