"""What README says of the settings, and docs/models.md of the models, is what the app does."""

from __future__ import annotations

from pathlib import Path

from studio.settings import table
from videoapi.models import MODELS

README = Path(__file__).parents[1] / "README.md"
MODELS_PAGE = README.parent / "docs" / "models.md"
START, END = "<!-- settings: kept equal to studio/settings.py by a test -->", "<!-- /settings -->"


def settings_table() -> str:
    """The table as README has it. `python -m tests.test_docs` puts it there."""
    rows = ["| name | default | what it means |", "| --- | --- | --- |"]
    for name, default, meaning in table():
        shown = f"`{default}`" if default else ""
        rows.append(f"| `{name}` | {shown} | {meaning.replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


def models_table() -> str:
    """The table of docs/models.md."""
    rows = [
        "| model | id | lengths | qualities, and a second's price while it is not known live | also | reckoned |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for model in MODELS.values():
        lengths = ", ".join(f"{seconds} s" for seconds in model.durations_s)
        prices = ", ".join(f"`{q.name}` ${q.micros_per_s / 1e6:.3f}" for q in model.qualities)
        options = ", ".join(f"`{field}`" for field in sorted(model.fields - {"duration"}))
        reckoned = ", ".join(sorted(model.inferred))
        rows.append(f"| {model.name} | `{model.id}` | {lengths} | {prices} | {options} | {reckoned} |")
    return "\n".join(rows)


def test_the_page_of_models_has_every_model_with_what_it_takes() -> None:
    assert models_table() in MODELS_PAGE.read_text("utf-8"), "run: python -m tests.test_docs"


def test_the_readme_has_every_setting_with_its_default_and_its_meaning() -> None:
    page = README.read_text("utf-8")
    assert page.count(START) == page.count(END) == 1
    shown = page.partition(START)[2].partition(END)[0].strip()
    assert shown == settings_table(), "run: python -m tests.test_docs"


if __name__ == "__main__":
    before, marked, rest = README.read_text("utf-8").partition(START)
    assert marked, "README has no place for the table"
    README.write_text(f"{before}{START}\n{settings_table()}\n{END}{rest.partition(END)[2]}", "utf-8")
    intro, marked, rest = MODELS_PAGE.read_text("utf-8").partition("| model |")
    assert marked, "docs/models.md has no table"
    MODELS_PAGE.write_text(intro + models_table() + "\n\n" + rest.partition("\n\n")[2], "utf-8")
