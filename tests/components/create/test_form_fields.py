"""What the form's fields come to, without a page: what stands on it is what would be ordered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.create import form_fields
from studio.build import get_studio
from studio.orders.drafts import Draft


@pytest.mark.parametrize(
    ("before", "held", "improved"),
    [
        ({"improve_prompt": False}, {"several_shots": True}, True),
        ({"improve_prompt": False, "several_shots": True}, {}, True),
        # Only a forged value brings this: the field is not to be clicked then.
        ({"several_shots": True}, {"improve_prompt": False}, True),
        ({}, {"several_shots": True, "improve_prompt": False}, True),
        ({}, {"several_shots": False, "improve_prompt": False}, False),
        ({"improve_prompt": False}, {"prompt": "Waves."}, False),
        ({"improve_prompt": False}, {"improve_prompt": True}, True),
    ],
)
def test_a_form_with_several_shots_is_a_form_whose_description_is_improved(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: dict[str, Any], held: dict[str, Any], improved: bool
) -> None:
    # Never in the home of whoever runs the tests.
    monkeypatch.setenv("STUDIO_DATA_DIR", str(tmp_path))
    get_studio.cache_clear()
    monkeypatch.setattr(form_fields, "draft", lambda: Draft(**before))
    assert form_fields._with(dict(held)).improve_prompt is improved
    get_studio.cache_clear()
