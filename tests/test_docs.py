"""What README says of the settings is what the app does."""

from __future__ import annotations

from pathlib import Path

from studio.settings import table

README = Path(__file__).parents[1] / "README.md"
START, END = "<!-- settings: kept equal to studio/settings.py by a test -->", "<!-- /settings -->"


def settings_table() -> str:
    """The table as README has it. `python -m tests.test_docs` puts it there."""
    rows = ["| name | default | what it means |", "| --- | --- | --- |"]
    for name, default, meaning in table():
        shown = f"`{default}`" if default else ""
        rows.append(f"| `{name}` | {shown} | {meaning.replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


def test_the_readme_has_every_setting_with_its_default_and_its_meaning() -> None:
    page = README.read_text("utf-8")
    assert page.count(START) == page.count(END) == 1
    shown = page.partition(START)[2].partition(END)[0].strip()
    assert shown == settings_table(), "run: python -m tests.test_docs"


if __name__ == "__main__":
    before, marked, rest = README.read_text("utf-8").partition(START)
    assert marked, "README has no place for the table"
    README.write_text(f"{before}{START}\n{settings_table()}\n{END}{rest.partition(END)[2]}", "utf-8")
