"""Files beside the Python that uses them: templates, styles and scripts. Each is read once."""

from __future__ import annotations

import functools
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


@functools.cache
def text(beside: str, name: str) -> str:
    """The file of that name beside a Python file (its `__file__`), as it stands there."""
    return Path(beside).parent.joinpath(name).read_text("utf-8")


def render(beside: str, name: str, **values: object) -> str:
    """The Jinja2 template of that name beside a Python file, filled in. Every value is escaped for HTML.

    Raises jinja2.UndefinedError where the template asks for a value that is not given.
    """
    template = Path(beside).parent / name
    return _environment(template.parent).get_template(template.name).render(values)


@functools.cache
def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
