"""Files beside the Python that uses them: templates, styles and scripts. Each is read once."""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


@functools.cache
def text(beside: str, name: str) -> str:
    """The file of that name beside a Python file (its `__file__`), as it stands there."""
    return Path(beside).parent.joinpath(name).read_text("utf-8")


def render(beside: str, name: str, **values: object) -> str:
    """The Jinja2 template of that name beside a Python file, filled in. Every value is escaped for HTML.

    Raises jinja2.UndefinedError where the template asks for a value that is not given.
    """
    return _template(beside, name, is_html=True).render(values)


def fill(beside: str, name: str, **values: object) -> str:
    """The same for a template that is no HTML. Nothing is escaped: whoever fills it in has quoted each value for it."""
    return _template(beside, name, is_html=False).render(values)


def _template(beside: str, name: str, *, is_html: bool) -> Template:
    template = Path(beside).parent / name
    return _environment(template.parent, is_html).get_template(template.name)


@functools.cache
def _environment(folder: Path, is_html: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=not is_html,
        auto_reload=False,
    )
