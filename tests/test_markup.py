"""HTML, CSS and JavaScript stand in files of their own, where they can be read and checked; never in Python's strings.

What is in those files: tests/browser/test_browser_markup.py.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest

from studio.resources import render
from tests.arrows import ROOT

HOUSES = {"app", "bench/floors", "components", "demo", "pages", "studio", "web"}
FILES = sorted(
    path.relative_to(ROOT) for house in HOUSES for path in [*ROOT.glob(f"{house}.py"), *ROOT.glob(f"{house}/**/*.py")]
)
TEMPLATES = sorted(
    path.relative_to(ROOT) for house in HOUSES for kind in ("html", "xml") for path in ROOT.glob(f"{house}/**/*.{kind}")
)

RECOGNISED = {
    "studio/as_code/programs.py": ["<!--"],
    "studio/pictures/file_types.py": ["<!--"],
}
"""What two files look for in what others have written, to escape it or to tell it apart; they write none."""

MARKUP = re.compile(
    r"""
    (?<!\?P)<[/!?]?[a-z][a-z0-9-]*(\s[^<>]*)?/?>   # an element from its start to its end
    | (?<!\?P)<[a-z]+(\s+[a-z-]+)*\s+[a-z-]+=       # one with an attribute, whose end may be far away
    | <!--
    | \b(style|class|href|src)=["'\x00]              # an attribute alone
    | [{;]\s*[a-z-]+\s*:[^:;{}\n]+[;}]               # a rule of CSS
    | ^\s*[a-z-]+\s*:\s*[^:;{}/\n]+;                 # a declaration of CSS
    | =>\s*[{(a-z]                                   # functions, modules and the page in JavaScript
    | \bfunction\b[^.]*\)\s*\{
    | \bexport\s+default\b
    | \b(document|window)\.[a-z]
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


def markup_in(source: str) -> list[str]:
    """What a Python file holds of another language, in strings that are no docstrings."""
    return [found[0] for text in _strings(ast.parse(source)) if (found := MARKUP.search(text))]


def _strings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.JoinedStr):
        # What is filled in may be anything; pieces are read together, and what is filled in by itself as well.
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
        for part in node.values:
            if not isinstance(part, ast.Constant):
                yield from _strings(part)
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str | bytes):
            yield node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        return
    for child in ast.iter_child_nodes(node):
        yield from _strings(child)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_other_language_stands_in_a_string_of_python(path: Path) -> None:
    assert markup_in((ROOT / path).read_text("utf-8")) == RECOGNISED.get(path.as_posix(), [])


def test_all_files_are_looked_at() -> None:
    assert len(FILES) > 250
    assert {path.suffix for path in TEMPLATES} == {".html", ".xml"}


@pytest.mark.parametrize(
    "line",
    [
        "x = '<p>'",
        "x = b'</div>'",
        "x = '<!doctype html>'",
        "x = '<?xml version=\"1.0\"?>'",
        "x = f'<img src=\"{address}\"'",
        "x = f'<{tag} class=\"{looks}\">'",
        "x = f'a{\"<b>bold</b>\"}'",
        "x = '<td style=' 'y'",
        "x = f\"<video controls poster='{still}'\"",
        "x = f'{before} style=\"{rules}\"'",
        "x = f'flex:{size} 1 0;min-width:3px'",
        "x = 'p { margin: 0 0 1rem }'",
        "x = 'height:auto;max-height:70vh'",
        "x = ':host { display: block }'",
        "x = 'export default function () {}'",
        "x = '() => { start() }'",
        "x = 'const start = (a) => a'",
        "x = 'function start(one, two) {'",
        "x = 'document.body'",
        "def f():\n    'A docstring.'\n    return '''\n    <b>\n    '''",
    ],
)
def test_another_language_in_a_string_is_seen(line: str) -> None:
    assert markup_in(line)


@pytest.mark.parametrize(
    "line",
    [
        "def f():\n    '''Writes <p> and p { margin: 0 }.'''",
        "X = 1\n'''<p>'''",
        "x = r'(?P<name>[a-z]+)'",
        "x = '1 < 2 and 3 > 2'",
        "x = \"default-src 'none'; style-src 'self'\"",
        "x = 'public, max-age=3600'",
        "x = f'attachment; filename=\"{name}\"'",
        "x = 'Nothing is lost: try again; it works.'",
    ],
)
def test_words_are_no_other_language(line: str) -> None:
    assert markup_in(line) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_takes_a_value_unescaped(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", (ROOT / path).read_text("utf-8"))


def test_what_is_filled_in_is_escaped_and_nothing_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p title='{{ said }}'>{{ said }}</p>", "utf-8")
    beside = str(tmp_path / "a.py")
    assert render(beside, "a.html", said="<b>'\"&") == (
        "<p title='&lt;b&gt;&#39;&#34;&amp;'>&lt;b&gt;&#39;&#34;&amp;</p>"
    )
    with pytest.raises(jinja2.UndefinedError, match="said"):
        render(beside, "a.html")
