"""Every sentence of the app is in every language: found, translated, with all that is filled in, and as it is shown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import PLURALS

from languages import messages
from languages.catalogues import translations
from languages.spoken import LANGUAGES, WRITTEN_IN

CODES = [code for code, _ in messages.catalogues()]
TEMPLATE = messages.template()
HOLE = re.compile(r"\{[^{}]*\}")
DRAWN = re.compile(r"\*\*|`|:material/\w+:|\n")
CALLED = re.compile(r"https?://|STUDIO_[A-Z_]+|AI/ML API|Kineograph")
"""What is the same in every language: how it is drawn, and what is called by a name."""


def catalogue(code: str) -> Catalog:
    return messages.read(code, dict(messages.catalogues())[code])


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def written(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def faults(code: str, catalog: Catalog) -> Iterator[str]:
    """What is amiss with a catalogue, against the sentences of the app."""
    wanted = {(message.id, message.context) for message in TEMPLATE if message.id}
    have = {(message.id, message.context): message for message in catalog if message.id}
    yield from (f"not there: {one}" for one in wanted - have.keys())
    yield from (f"in no page any more: {one}" for one in have.keys() - wanted)
    for message in have.values():
        if message.fuzzy:
            yield f"only guessed: {message.id}"
        yield from (f"{fault}: {message.id}" for fault in faults_of(code, message))


def faults_of(code: str, message: Message) -> Iterator[str]:
    """What is amiss with one translation."""
    said, original = forms(message), written(message)
    if not all(form.strip() for form in said):
        yield "not translated"
        return
    if len(original) > 1 and len(said) != PLURALS.get(code.replace("-", "_"), PLURALS[code.partition("-")[0]])[0]:
        yield "another number of plurals"
    all_holes = {hole for form in original for hole in HOLE.findall(form)}
    for index, form in enumerate(said):
        holes = HOLE.findall(form)
        # "One video", "two videos" may do without their number; no other form may.
        left_out = all_holes - set(holes)
        may_be_left_out = {"{number}", "{count}"} if len(original) > 1 and index < max(1, len(said) - 3) else set()
        if set(holes) - all_holes or left_out - may_be_left_out or len(holes) != len(set(holes)):
            yield f"filled in with {sorted(all_holes)}, not {holes}"
        if sorted(DRAWN.findall(form)) != sorted(DRAWN.findall(original[0])):
            yield "drawn otherwise"
        if set(CALLED.findall(form)) != set(CALLED.findall(original[0])):
            yield "something is called otherwise"


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_translated_with_all_that_is_filled_in(code: str) -> None:
    assert list(faults(code, catalogue(code))) == []


def test_there_are_sentences_and_eight_languages_beside_english() -> None:
    assert len(TEMPLATE) > 900
    assert len(CODES) == len(LANGUAGES) - 1 == 8
    assert WRITTEN_IN.code not in CODES


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda message: setattr(message, "string", ""), "not translated"),
        (lambda message: setattr(message, "string", "um"), "filled in with"),
        (lambda message: setattr(message, "string", "um {tíme}"), "filled in with"),
        (lambda message: setattr(message, "string", "um **{time}**"), "drawn otherwise"),
        (lambda message: message.flags.add("fuzzy"), "only guessed"),
        (lambda message: setattr(message, "id", "at {hour}"), "in no page any more"),
    ],
)
def test_what_is_amiss_is_found(change: object, fault: str) -> None:
    catalog = catalogue("fr")
    [message] = [message for message in catalog if message.id == "at {time}"]
    change(message)  # type: ignore[operator]
    assert any(found.startswith(fault) for found in faults("fr", catalog))


QUOTED = re.compile("“([^”]+)”")


@pytest.mark.parametrize("code", CODES)
def test_a_button_that_a_sentence_names_is_called_as_it_is(code: str) -> None:
    said = {written(message)[0]: forms(message) for message in catalogue(code) if message.id}
    named = [(name, sentence) for sentence in said for name in QUOTED.findall(sentence) if name in said]
    assert len(named) >= 10
    for name, sentence in named:
        assert any(said[name][0].rstrip(" ….") in form for form in said[sentence]), f"{name}: {sentence}"


def test_bringing_the_catalogues_up_to_date_changes_nothing(tmp_path: Path) -> None:
    """`make messages` has been run since the last sentence was written."""
    for code, path in messages.catalogues():
        catalog = messages.read(code, path)
        catalog.update(messages.template(), no_fuzzy_matching=True, update_header_comment=False)
        again = tmp_path / path.name
        messages.write(catalog, again)
        assert again.read_bytes() == path.read_bytes(), code


@pytest.mark.parametrize("code", CODES)
def test_a_program_reads_what_is_written(code: str) -> None:
    read = translations(code)
    for message in catalogue(code):
        if isinstance(message.id, str) and message.id:
            assert read.gettext(message.id) == message.string
    numbers = {read.ngettext("{number} video", "{number} videos", number) for number in (0, 1, 2, 5, 11, 100)}
    assert all(numbers)
    assert "{number} videos" not in numbers


def test_what_is_missing_is_said_as_it_was_written() -> None:
    assert translations("en").gettext("Create") == "Create"
    assert translations("xx").gettext("Create") == "Create"
    assert translations("fr").gettext("Of which nobody has heard") == "Of which nobody has heard"


# Nothing that a person reads is written past the catalogues.

SENTENCE = re.compile(r"[A-Za-z]{2,}[,.!?:]? [A-Za-z(\"“]{2,}|^[A-Z][a-z]{2,}[.!?…]?$")
FOR_PROGRAMS = {
    "web/middleware/framing.py": "answers to what no browser sends",
    "web/middleware/origins.py": "an answer to another site's page, or a setting for the owner",
    "web/middleware/sockets.py": "a refused handshake, which no browser shows",
    "web/middleware/uploads.py": "answers to Streamlit's script, which shows our own words",
    "web/connections.py": "log lines",
    "web/routes/events.py": "an answer to our own script",
    "web/routes/health.py": "for whoever watches the server",
}
"""Files with sentences that no visitor reads."""
NO_SENTENCE = {
    "Kineograph", "Notice", "Python", "Vary", "Connection", "Forbidden", "Value",
    "private, no-cache", "storage is away", "an error without a sentence: ", " is for videos",
    "more than was said", "STUDIO_OWNER_CODE=… make run", "Kineograph cannot start: ",
}  # fmt: skip
"""Names, headers, log lines, and what is matched."""
NO_WORDS = re.compile(r"[\w-]+\.\w+|.*max-age=\d+.*|\.st-key-.*|<script.*|Accept-Language, Cookie")
"""Files, headers, and what finds an element."""


def unmarked(source: str) -> Iterator[str]:
    """Strings that read like sentences, and are neither marked nor documentation nor a fault of the settings."""
    tree = ast.parse(source)
    aside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in ("_", "N_", "ngettext"):
            aside.update(id(part) for part in ast.walk(node))
        if isinstance(node, ast.Raise):
            aside.update(id(part) for part in ast.walk(node))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(id(node.value))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in aside:
            continue
        if SENTENCE.search(node.value) and node.value not in NO_SENTENCE and not NO_WORDS.fullmatch(node.value):
            yield node.value


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


SCREENS = ("components", "pages", "web")
PYTHON = sorted(
    path.relative_to(messages.ROOT).as_posix() for folder in SCREENS for path in (messages.ROOT / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", PYTHON)
def test_every_sentence_of_a_page_is_marked_for_translation(path: str) -> None:
    found = list(unmarked((messages.ROOT / path).read_text("utf-8")))
    if path in FOR_PROGRAMS:
        assert found, "it has none any more"
    else:
        assert [
            each
            for each in found
            if not re.fullmatch(r"[\w ,./=*+-]*/[\w ,./=*+-]*|[\w.-]+\.\w+|.*max-age=\d+.*", each)
        ] == []


def test_a_sentence_that_is_not_marked_is_found() -> None:
    assert list(unmarked('st.write("Nothing is lost.")')) == ["Nothing is lost."]
    assert list(unmarked('st.button("Create", help=_("All is well."))')) == ["Create"]
    assert list(unmarked('st.write(_("Nothing is lost."))\nX = N_("So it is.")')) == []


FRONT = sorted(
    path.relative_to(messages.ROOT).as_posix()
    for folder in SCREENS
    for ending in ("html", "js")
    for path in (messages.ROOT / folder).rglob(f"*.{ending}")
)
WRITTEN_OUT = re.compile(r">\s*[A-Za-z][^<>{}]*[a-z]{2}[^<>{}]*<|(?:aria-label|title|alt|placeholder)=\"[A-Z][^\"{]*\"")
SAID = re.compile(
    r"(?:textContent|innerText|ariaLabel|title|placeholder)\s*=\s*[\"'`][A-Z]|[\"'`][A-Z][a-z]+ [a-z]+[^\"'`]*[\"'`]"
)
NAMES = {">Kineograph<"}
ICONS = re.compile(r'class="icon[^>]*>\w+<')


@pytest.mark.parametrize("path", FRONT)
def test_no_sentence_is_written_into_a_template_or_a_script(path: str) -> None:
    """They are given their words."""
    text = (messages.ROOT / path).read_text("utf-8")
    if path.endswith(".html"):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", ICONS.sub("", text), flags=re.DOTALL)
        assert [each for each in WRITTEN_OUT.findall(text) if each not in NAMES] == []
    else:
        code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
        assert SAID.findall(re.sub(r"//.*", "", code)) == []
