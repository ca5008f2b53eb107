"""Arrows point down only: who may import whom, room by room, read from the imports themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.arrows import FREE, HOUSES, OURS, ROOT, app_files, imports, module_of, room_of

ASKED = {
    "studio.access", "studio.as_code", "studio.build", "studio.clock", "studio.jobs", "studio.money", "studio.orders",
    "studio.pictures", "studio.resources", "studio.settings", "studio.sounds", "studio.storage", "studio.urls",
    "studio.videos",
}  # fmt: skip
"""What of the studio screens and routes may know: what it answers with, and where to ask."""
SHOWN = ASKED | {"studio.bringing_in", "studio.diagnostics", "studio.edits", "studio.forms", "studio.keeping",
                 "studio.ordering", "studio.owner_service", "studio.presets", "studio.queue",
                 "studio.visitor_service"}  # fmt: skip
BUILT = {
    "studio.access", "studio.bringing_in", "studio.clock", "studio.diagnostics", "studio.downloads", "studio.edits",
    "studio.forms", "studio.keeping", "studio.money", "studio.orders", "studio.owner_service", "studio.presets",
    "studio.pictures", "studio.queue", "studio.retention", "studio.settings", "studio.sharing", "studio.sounds",
    "studio.storage", "studio.takeaway", "studio.visitor_service", "studio.worker",
}  # fmt: skip
"""What an installation is put together from."""
SPOKEN = {"languages"}
WORDS = {"components.language", "components.markdown", "components.messages"}
CLICKS = {
    "components.callbacks",
    "components.current_form",
    "components.next_run",
    "components.page_names",
    "components.session",
}

MAY_IMPORT: dict[str, set[str]] = {
    "app": {"components.messages", "components.runtime", "web.connections", "web.middleware", "web.plain_page",
            "web.routes", "studio.diagnostics"} | ASKED,
    "pages": {"components", "studio.build", "studio.jobs", "studio.urls", "videoapi.errors"},
    # Components. From the ground up.
    "components": set(),
    "components.page_names": set(),
    "components.front_end": {"studio.resources"},
    "components.language": {"components.tab"} | SPOKEN,
    "components.markdown": set(),
    "components.runtime": {"components.front_end", "studio.urls"},
    "components.messages": {"components.front_end", "components.language", "videoapi.errors",
                             "videoapi.models"} | SHOWN,
    "components.tab": SHOWN | SPOKEN,
    "components.session": {"components.tab"} | SHOWN,
    "components.current_form": {"components.runtime", "components.session", "components.tab"} | SHOWN,
    "components.next_run": {"components.tab"} | SHOWN,
    "components.callbacks": {"components.next_run", "components.session", "studio.storage"} | WORDS,
    "components.access": {"components.front_end"} | WORDS | CLICKS | ASKED,
    "components.result": {"components.front_end"} | WORDS | CLICKS | SHOWN,
    "components.create": {"components.front_end", "components.result", "components.runtime"} | WORDS | CLICKS | SHOWN,
    "components.gallery": {"components.front_end", "components.result", "components.runtime"} | WORDS | CLICKS | SHOWN
                          | SPOKEN,
    "components.owner": {"components.access", "components.result"} | WORDS | CLICKS | SHOWN,
    "components.privacy": {"components.access"} | WORDS | CLICKS | {"studio.build"},
    "components.how_it_works": {"components.page_names", "components.result", "components.session", "studio.pictures",
                                "studio.urls"} | WORDS,
    "components.accessibility": {"components.language"},
    "components.lost_line": {"components.front_end", "components.language"},
    "components.notes": {"components.front_end", "components.language", "components.next_run"},
    "components.page_language": {"components.callbacks", "components.front_end", "components.language",
                                 "studio.resources", "studio.urls"} | SPOKEN,
    "components.frame": {"components.access", "components.front_end", "components.lost_line",
                         "components.notes", "components.page_language", "studio.storage", "studio.urls"}
                        | WORDS | CLICKS,
    # Routes and what stands before them.
    "web": set(),
    "web.connections": set(),
    "web.language": SPOKEN,
    "web.plain_answers": {"web.language"},
    "web.plain_page": {"studio.resources", "studio.urls", "web.language"},
    "web.middleware": {"languages", "web.connections", "web.language", "web.plain_answers", "web.plain_page",
                       "studio.diagnostics"} | ASKED,
    "web.routes": {"languages", "web.connections", "web.language", "web.middleware", "web.plain_answers",
                   "web.plain_page", "studio.bringing_in", "studio.file_names",
                   "studio.forms", "studio.queue", "studio.sharing"} | ASKED,
    # Words in each language know nobody.
    "languages": set(),
    # The studio. From the ground up.
    "studio": set(),
    "studio.clock": set(),
    "studio.settings": {"videoapi"},
    "studio.resources": set(),
    "studio.urls": set(),
    "studio.spreadsheets": set(),
    "studio.sandbox": set(),
    "studio.storage": set(),
    "studio.videos": {"studio.sandbox"},
    "studio.sounds": {"studio.sandbox"},
    "studio.orders": {"studio.clock", "studio.storage", "videoapi"},
    "studio.pictures": {"languages", "studio.orders", "studio.sandbox", "studio.storage", "videoapi"},
    "studio.diagnostics": {"studio.clock", "studio.settings", "studio.storage", "videoapi"},
    "studio.jobs": {"studio.orders", "studio.storage"},
    "studio.sharing": {"studio.clock", "studio.jobs", "studio.queue", "studio.storage"},
    "studio.money": {"studio.diagnostics", "studio.jobs", "studio.orders", "studio.settings", "studio.spreadsheets",
                     "studio.storage", "videoapi"},
    "studio.access": {"studio.clock", "studio.money", "studio.settings", "studio.storage"},
    "studio.queue": {"studio.clock", "studio.jobs", "studio.money", "studio.orders", "studio.storage"},
    "studio.worker": {"studio.clock", "studio.diagnostics", "studio.jobs", "studio.orders", "studio.queue",
                      "studio.sounds", "studio.storage", "studio.videos", "videoapi"},
    "studio.as_code": {"studio.orders", "studio.resources", "studio.worker", "videoapi"},
    "studio.retention": {"studio.clock", "studio.diagnostics", "studio.jobs", "studio.orders", "studio.pictures",
                         "studio.queue", "studio.storage", "studio.videos"},
    "studio.forms": {"studio.clock", "studio.jobs", "studio.orders", "studio.pictures", "studio.queue",
                     "studio.retention", "studio.sounds", "studio.storage", "studio.videos", "videoapi"},
    "studio.downloads": {"studio.jobs", "studio.orders", "studio.storage", "studio.videos"},
    "studio.file_names": {"studio.jobs"},
    "studio.takeaway": {"studio.downloads", "studio.file_names", "studio.jobs", "studio.money", "studio.orders",
                        "studio.queue", "studio.spreadsheets", "studio.storage"},
    "studio.bringing_in": {"studio.clock", "studio.jobs", "studio.orders", "studio.pictures", "studio.queue",
                           "studio.retention", "studio.sandbox", "studio.sounds", "studio.storage", "studio.videos"},
    "studio.edits": {"studio.jobs", "studio.queue", "studio.storage", "studio.videos"},
    "studio.keeping": {"studio.clock", "studio.edits", "studio.jobs", "studio.queue", "studio.storage",
                       "studio.videos"},
    "studio.ordering": {"studio.access", "studio.clock", "studio.forms", "studio.jobs", "studio.money", "studio.orders",
                        "studio.queue", "studio.retention"},
    "studio.visitor_service": {"studio.as_code", "studio.jobs", "studio.money", "studio.ordering", "studio.queue"},
    "studio.presets": {"studio.clock", "studio.orders", "studio.queue", "studio.storage"},
    "studio.owner_service": {"studio.clock", "studio.jobs", "studio.money", "studio.storage"},
    "studio.installation": BUILT,
    "studio.build": {"studio.installation", "studio.videos", "videoapi", "demo.process"} | BUILT,
    "studio.commands": {"studio.build", "studio.urls"} | BUILT,
    "studio.__main__": {"studio.commands", "studio.settings", "studio.storage"},
    # The provider's API knows nobody; so does the stand-in for the provider.
    "videoapi": set(),
    "demo": set(),
    "demo.process": set(),
    "demo.film": set(),
    "demo.orders": set(),
    "demo.rendering": {"demo.film", "demo.orders"},
    "demo.http": {"demo.orders", "demo.rendering"},
    "demo.__main__": {"demo.http"},
}  # fmt: skip
"""What of the project each room may import besides itself. A house's name stands for all of its rooms."""

HAS_SCREEN = {"app", "pages", "components"}
"""Where Streamlit may be imported."""


def forbidden(path: Path, source: str) -> list[str]:
    """What a file imports against the rules."""
    own = room_of(module_of(path))
    found = []
    for module in imports(source):
        top = module.split(".")[0]
        if module.startswith(".") or (top in OURS and not _may(own, module)):
            found.append(module)
        if top in ("streamlit", "streamlit_extras") and own.split(".")[0] not in HAS_SCREEN:
            found.append(module)
    return sorted(set(found))


def _may(own: str, module: str) -> bool:
    room = room_of(module)
    if room == own:
        return True
    allowed = any(module == name or module.startswith(f"{name}.") for name in MAY_IMPORT.get(own, ()))
    return allowed and _is_public(room, module)


def _is_public(room: str, module: str) -> bool:
    """A room that lists what it shows to the outside shows nothing else of itself."""
    listed = public(room)
    return listed is None or module == room or module.removeprefix(f"{room}.").split(".")[0] in listed


def public(room: str) -> set[str] | None:
    """The modules in the `__all__` of a room; None where it has none."""
    init = ROOT.joinpath(*room.split("."), "__init__.py")
    if not init.exists() or room in HOUSES | {"videoapi"}:
        return None
    for node in ast.parse(init.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            return set(ast.literal_eval(node.value))
    return None


APP_FILES = app_files()
ROOMS = sorted({room_of(module_of(path)) for path in APP_FILES})
FOLDERS = [room for room in ROOMS if room.count(".") == 1 and ROOT.joinpath(*room.split(".")).is_dir()]


def test_every_room_stands_in_the_table_and_every_row_is_a_room() -> None:
    assert set(ROOMS) == set(MAY_IMPORT)
    assert len(APP_FILES) > 150
    tops = {path.relative_to(ROOT).parts[0] for path in ROOT.rglob("*.py")}
    assert {top.removesuffix(".py") for top in tops if not top.startswith(".")} <= OURS
    assert FREE < OURS


def test_the_table_has_no_circle() -> None:
    """Between rooms: whoever reads one from below needs nothing from above."""

    def below(room: str) -> set[str]:
        names = MAY_IMPORT.get(room, set())
        return {other for other in ROOMS if any(other == name or other.startswith(f"{name}.") for name in names)}

    done: set[str] = set()
    while left := [room for room in ROOMS if room not in done]:
        ground = {room for room in left if below(room) - {room} <= done}
        assert ground, f"these know each other in a circle: {left}"
        done |= ground


@pytest.mark.parametrize("path", APP_FILES, ids=str)
def test_arrows_point_down_only(path: Path) -> None:
    assert forbidden(path, (ROOT / path).read_text("utf-8")) == []


@pytest.mark.parametrize("room", FOLDERS)
def test_a_room_says_what_it_is_for_and_what_the_outside_may_use(room: str) -> None:
    init = ROOT.joinpath(*room.split("."), "__init__.py")
    said = ast.get_docstring(ast.parse(init.read_text("utf-8")))
    assert said is not None
    assert len(said.splitlines()) >= 3
    listed = public(room)
    assert listed
    assert listed <= {path.stem for path in init.parent.iterdir()}


def test_only_one_file_starts_the_demo() -> None:
    starts = [
        path.as_posix()
        for path in APP_FILES
        if path.parts[0] != "demo" and any(m.startswith("demo") for m in imports((ROOT / path).read_text("utf-8")))
    ]
    assert starts == ["studio/build.py"]


@pytest.mark.parametrize(
    ("path", "line", "against"),
    [
        ("studio/jobs/job.py", "import streamlit as st", ["streamlit"]),
        ("studio/jobs/job.py", "from streamlit.runtime import get_instance", ["streamlit.runtime"]),
        ("studio/jobs/job.py", "from components import frame", ["components.frame"]),
        ("studio/jobs/job.py", "from demo.process import start", ["demo.process"]),
        ("studio/jobs/job.py", "def late():\n    import web.routes.health", ["web.routes.health"]),
        ("studio/jobs/job.py", "from .rows import row_of", [".rows"]),
        ("studio/jobs/job.py", "from studio.jobs.rows import row_of", []),
        ("studio/jobs/job.py", "from studio.orders.order import Order", []),
        ("studio/jobs/job.py", "from studio.money.ledger import settle", ["studio.money.ledger"]),
        ("studio/jobs/job.py", "from studio.money import ledger", ["studio.money.ledger"]),
        ("studio/orders/order.py", "from studio.jobs.job import Job", ["studio.jobs.job"]),
        ("studio/storage/media.py", "from studio import clock", ["studio.clock"]),
        ("studio/retention/deletion.py", "from studio.queue.fairness import wanted", ["studio.queue.fairness"]),
        ("studio/retention/deletion.py", "from studio.queue import leases", []),
        ("studio/retention/deletion.py", "from studio.forms.drafts import Drafts", ["studio.forms.drafts"]),
        ("studio/build.py", "from studio.forms.forms import Forms", []),
        ("components/session.py", "from studio.forms.drafts import Drafts", ["studio.forms.drafts"]),
        ("studio/build.py", "from demo.process import start", []),
        ("studio/build.py", "from demo import process", []),
        ("studio/build.py", "from demo.film.render import render", ["demo.film.render"]),
        ("studio/build.py", "import demo", ["demo"]),
        ("videoapi/wire.py", "from studio.jobs.job import Job", ["studio.jobs.job"]),
        ("videoapi/wire.py", "from videoapi.errors import NoAnswer", []),
        ("demo/http/server.py", "import videoapi.wire", ["videoapi.wire"]),
        ("demo/film/camera.py", "from demo.orders.ledger import Ledger", ["demo.orders.ledger"]),
        ("web/routes/health.py", "from components.language import _", ["components.language"]),
        ("web/routes/health.py", "from videoapi.client import VideoAPI", ["videoapi.client"]),
        ("web/routes/health.py", "from studio.worker.pool import WorkerPool", ["studio.worker.pool"]),
        ("web/routes/health.py", "from web.middleware.uploads import Uploads", ["web.middleware.uploads"]),
        ("web/middleware/stack.py", "from web.routes import health", ["web.routes.health"]),
        ("web/routes/health.py", "import streamlit", ["streamlit"]),
        ("components/result/player.py", "from videoapi.client import VideoAPI", ["videoapi.client"]),
        ("components/result/player.py", "from videoapi import VideoAPI", ["videoapi.VideoAPI"]),
        ("components/messages/notices.py", "from videoapi import errors", []),
        ("components/result/player.py", "from web.routes import health", ["web.routes.health"]),
        ("components/result/player.py", "from components.create import order_form", ["components.create.order_form"]),
        ("components/result/player.py", "from pages import create", ["pages.create"]),
        ("components/create/order_form.py", "from studio.worker import pool", ["studio.worker.pool"]),
        ("pages/create.py", "import streamlit, components.frame, requests", []),
        ("pages/create.py", "from tests.chromium import path", ["tests.chromium"]),
        ("pages/create.py", "from components.create.sample_picker import show", ["components.create.sample_picker"]),
        ("app.py", "from components.messages import error_page", []),
        ("app.py", "from videoapi.client import VideoAPI", ["videoapi.client"]),
    ],
)
def test_an_arrow_that_points_up_is_seen(path: str, line: str, against: list[str]) -> None:
    assert forbidden(Path(path), line) == against
