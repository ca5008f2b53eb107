"""Who may come in: who is on the list, by an address that somebody vouches for; and nobody who only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.access.identity import key_of, may_come_in, person_of
from studio.settings import Settings

LIST = ("ann@example.org", "example.com")
GOOGLE = "https://accounts.google.com"
ENTRA = "https://login.microsoftonline.com/72f988bf/v2.0"


@pytest.mark.parametrize(
    "email",
    [
        "ann@example.org",
        "Ann@Example.ORG",
        "ANN@EXAMPLE.ORG",
        "bob@example.com",
        "bob.o'neil+videos@example.com",
        "x@EXAMPLE.COM",
    ],
)
def test_who_is_on_the_list_may_come_in(email: str) -> None:
    assert may_come_in(email, True, LIST)


@pytest.mark.parametrize(
    "email",
    [
        "",
        "@",
        "ann",
        "ann@",
        "@example.org",
        "@example.com",
        "example.com",
        # Another person, another domain.
        "bob@example.org",
        "ann+videos@example.org",
        "joann@example.org",
        "ann@evil-example.org",
        "bob@evil-example.com",
        "bob@evilexample.com",
        "bob@example.com.evil",
        "bob@example.community",
        "bob@example.co",
        "bob@mail.example.com",
        "ann@mail.example.org",
        # More than one @, or one that hides.
        "ann@example.org@evil.org",
        "bob@evil.org@example.com",
        "bob@evil.org%40example.com",
        '"bob@evil.org"@example.com',
        '"bob@example.com"@evil.org',
        "bob(@evil.org)@example.com",
        "bob@evil.org\x00@example.com",
        "bob@evil.org,ann@example.org",
        "bob@evil.org;bob@example.com",
        "bob@evil.org bob@example.com",
        # With a name before it, or a scheme.
        "Ann <ann@example.org>",
        "<ann@example.org>",
        "ann@example.org <bob@evil.org>",
        "mailto:ann@example.org",
        # Something at its ends, or within.
        " ann@example.org",
        "ann@example.org ",
        "ann@example.org\n",
        "ann@example.org\x00",
        "ann@example.org.",
        "bob@example.com.",
        "bob@.example.com",
        "bob@example..com",
        ".bob@example.com",
        "bob.@example.com",
        "b..ob@example.com",
        "bob @example.com",
        "bob@ example.com",
        "bob@example.com/",
        "bob@example.com:25",
        "bob@[example.com]",
        # Letters that look, or are folded, alike: Cyrillic, full width, dotted and dotless, an ideographic stop.
        "\u0430nn@example.org",
        "ann@ex\u0430mple.org",
        "bob@e\u0445ample.com",
        "ann@ex\uff41mple.org",
        "ann\uff20example.org",
        "bob@example\uff0ecom",
        "bob@example\u3002com",
        "bob\u200b@example.com",
        "bob@example\u00ad.com",
        "bob@example.com\u202e",
        "bo\u0131b@example.com",
        "a" * 250 + "@example.com",
    ],
)
def test_who_only_looks_like_it_may_not(email: str) -> None:
    assert not may_come_in(email, True, LIST)


def test_letters_that_python_folds_into_ascii_are_other_letters() -> None:
    kelvin, long_s = "\u212a", "\u017f"
    assert kelvin.lower() == "k"
    assert long_s.upper() == "S"
    assert not may_come_in(f"{kelvin}@example.org", True, ("k@example.org",))
    assert not may_come_in("k@example.org", True, (f"{kelvin}@example.org",))
    assert not may_come_in(f"{long_s}am@example.org", True, ("sam@example.org",))


@pytest.mark.parametrize("email", ["ann@example.org", "bob@example.com"])
@pytest.mark.parametrize("verified", [False, None, "true", "false", "yes", 1, [True]])
def test_an_address_that_nobody_vouches_for_opens_nothing(email: str, verified: object) -> None:
    assert not may_come_in(email, verified, LIST)  # type: ignore[arg-type]


@pytest.mark.parametrize("allowed", [(), ("",), (" ",), ("*",), ("*@*",), ("@",), ("org",), (".org",), ("*.org",)])
def test_a_list_without_anybody_lets_nobody_in(allowed: tuple[str, ...]) -> None:
    assert not may_come_in("ann@example.org", True, allowed)


@pytest.mark.parametrize("entry", ["example.org", "@example.org", "EXAMPLE.org", " example.org ", "ann@Example.org"])
def test_an_entry_may_be_written_as_owners_write_it(entry: str) -> None:
    assert may_come_in("ann@example.org", True, (entry,))


@pytest.mark.parametrize("entry", ["Ann <ann@example.org>", "*.example.org", "*@example.org", ".example.org", "ann@"])
def test_an_entry_that_is_neither_an_address_nor_a_domain_means_nobody(entry: str) -> None:
    assert not may_come_in("ann@example.org", True, (entry,))


def test_a_domain_of_other_letters_is_listed_as_it_travels() -> None:
    assert may_come_in("ann@xn--bcher-kva.example", True, ("xn--bcher-kva.example",))
    assert not may_come_in("ann@bücher.example", True, ("bücher.example",))


def test_the_list_of_the_settings_is_the_list_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().sign_in_allowed == ()
    monkeypatch.setenv("STUDIO_SIGN_IN_ALLOWED", " Ann@Example.org, example.com ,")
    allowed = Settings().sign_in_allowed
    assert may_come_in("ann@example.org", True, allowed)
    assert may_come_in("bob@example.com", True, allowed)
    assert not may_come_in("bob@example.org", True, allowed)


@given(st.text(max_size=300), st.lists(st.sampled_from(["ann@example.org", "example.com", "", "*"]), max_size=3))
def test_whatever_a_provider_calls_an_address_is_read_without_a_fall(email: str, allowed: list[str]) -> None:
    let_in = may_come_in(email, True, tuple(allowed))
    assert not let_in or email.lower() == "ann@example.org" or email.lower().endswith("@example.com")


@given(st.from_regex(r"[a-z0-9._@-]{0,20}@?[a-z0-9.@-]{0,20}", fullmatch=True))
def test_a_domain_lets_in_nobody_but_its_own_people(start: str) -> None:
    for email in (start, start + "example.com", start + "@example.com", start + "@example.com.evil.org"):
        if may_come_in(email, True, ("example.com",)):
            assert email.split("@")[1:] == ["example.com"]


def test_an_account_keeps_its_name_whatever_its_mail_address_becomes() -> None:
    before = person_of({"iss": GOOGLE, "sub": "117", "email": "ann@example.org", "email_verified": True})
    after = person_of({"iss": GOOGLE, "sub": "117", "email": "ann@married.example", "email_verified": True})
    assert before is not None
    assert after is not None
    assert before.key == after.key == key_of(GOOGLE, "117")


def test_the_name_of_an_account_is_a_hash_and_nothing_of_the_person() -> None:
    key = key_of(GOOGLE, "ann@example.org")
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")
    person = person_of({"iss": GOOGLE, "sub": "117", "email": "ann@example.org"})
    assert "ann" not in repr(person)


def test_no_two_accounts_share_a_name() -> None:
    accounts = [
        (GOOGLE, "117"),
        (GOOGLE + "1", "17"),
        (GOOGLE + "117", "x"),
        (GOOGLE, "1 17"),
        (GOOGLE + '","', "117"),
        (GOOGLE, '","117'),
        ("https://other.example", "117"),
        (GOOGLE, "117 "),
        (GOOGLE, "é"),
        (GOOGLE, "e\u0301"),
    ]
    assert len({key_of(*account) for account in accounts}) == len(accounts)


@given(st.tuples(st.text(min_size=1), st.text(min_size=1)), st.tuples(st.text(min_size=1), st.text(min_size=1)))
def test_two_names_are_the_same_only_for_the_same_account(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (key_of(*one) == key_of(*other)) == (one == other)


@pytest.mark.parametrize(("issuer", "subject"), [("", "117"), (GOOGLE, ""), ("", "")])
def test_half_an_account_has_no_name(issuer: str, subject: str) -> None:
    with pytest.raises(ValueError, match="issuer and a subject"):
        key_of(issuer, subject)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"iss": GOOGLE},
        {"sub": "117"},
        {"iss": "", "sub": "117"},
        {"iss": GOOGLE, "sub": ""},
        {"iss": GOOGLE, "sub": 117},
        {"iss": None, "sub": "117"},
        {"iss": [GOOGLE], "sub": "117"},
        {"email": "ann@example.org", "email_verified": True},
    ],
)
def test_claims_that_name_no_account_are_nobody(claims: dict[str, object]) -> None:
    assert person_of(claims) is None


@pytest.mark.parametrize("email", [None, 7, ["ann@example.org"], {"a": "ann@example.org"}])
def test_an_address_that_is_no_text_is_none(email: object) -> None:
    person = person_of({"iss": GOOGLE, "sub": "117", "email": email, "email_verified": True})
    assert person is not None
    assert person.email == ""
    assert not may_come_in(person.email, person.email_verified, LIST)


@pytest.mark.parametrize(
    ("issuer", "claims", "vouched_for"),
    [
        (GOOGLE, {"email_verified": True}, True),
        (GOOGLE, {"email_verified": "true"}, True),
        (GOOGLE, {}, False),
        (GOOGLE, {"email_verified": None}, False),
        (GOOGLE, {"email_verified": False}, False),
        (GOOGLE, {"email_verified": "false"}, False),
        (GOOGLE, {"email_verified": "True "}, False),
        (GOOGLE, {"email_verified": 1}, False),
        (GOOGLE, {"email_verified": [True]}, False),
        (GOOGLE, {"email_verified": {"yes": True}}, False),
        # Entra's own claim, from Entra only.
        (ENTRA, {"xms_edov": True}, True),
        (ENTRA, {"xms_edov": 1}, True),
        (ENTRA, {"xms_edov": "1"}, True),
        (ENTRA, {"xms_edov": False}, False),
        (ENTRA, {"xms_edov": "0"}, False),
        (ENTRA, {}, False),
        (ENTRA, {"xms_edov": True, "email_verified": False}, False),
        (GOOGLE, {"xms_edov": True}, False),
        ("https://login.microsoftonline.com.evil.org/v2.0", {"xms_edov": True}, False),
        ("https://evil.org/https://login.microsoftonline.com/", {"xms_edov": True}, False),
    ],
)
def test_an_address_counts_where_its_provider_vouches_for_it(
    issuer: str, claims: dict[str, object], vouched_for: bool
) -> None:
    person = person_of({"iss": issuer, "sub": "117", "email": "ann@example.org", **claims})
    assert person is not None
    assert person.email_verified is vouched_for
    assert may_come_in(person.email, person.email_verified, LIST) is vouched_for
