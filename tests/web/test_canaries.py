"""What finds a secret finds it however it is written; and what keeps and logs words takes it out of them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from studio.diagnostics.logs import Redactor, secrets_of
from studio.settings import Settings
from studio.worker.provider_mapping import words_of_failure, words_of_refusal
from tests.app_process import ROOT
from tests.browser.canaries import CLIENT_SECRET, CORES, PASSWORD, TYPED, told
from tests.browser.echoing_provider import ECHOES, KEY, refusal
from tests.videoapi.scripted_server import ScriptedServer
from videoapi import GenerationRequest, OrderInvalid, VideoAPI
from videoapi.failures import Failure, FailureKind
from videoapi.untrusted import escaped_forms


@pytest.mark.parametrize(
    "written",
    [
        lambda core: f"x{core}y",
        lambda core: quote(f"&{core}="),
        lambda core: json.dumps({"deep": f'"{core}"'}),
        lambda core: core.replace("c", "\\u0063").replace("a", "%61"),
        lambda core: b64encode(f"1{core}/2".encode()).decode(),
        lambda core: b64encode(f"12{core}/".encode()).decode(),
        lambda core: b64encode(f"123{core}".encode()).decode(),
        lambda core: b"\x0a\x1f\xff" + core.encode() + b"\x00",
    ],
)
def test_what_is_looked_for_would_be_found(written: Callable[[str], str | bytes]) -> None:
    everything = CORES | TYPED | {"a code": "abcd-efgh-jkmn-pqrs", "a link": "Zc3k9QxTn2LmVb7Rw"}
    for name, core in everything.items():
        hidden = written(core)
        around = b"before " + (hidden if isinstance(hidden, bytes) else hidden.encode()) + b" after"
        assert any(hit.startswith(f"{name},") for hit in told(around, everything)), name


@pytest.mark.parametrize("name", ECHOES)
@pytest.mark.parametrize("escaped", [False, True])
def test_what_a_provider_says_is_kept_without_the_key_and_without_signatures(name: str, escaped: bool) -> None:
    order = GenerationRequest(model="m", prompt="p", image_url="i", resolution="720p", duration=5)
    with ScriptedServer([refusal(400, ECHOES[name], escaped=escaped)]) as server:
        api = VideoAPI(server.base_url, KEY)
        with pytest.raises(OrderInvalid) as refused:
            api.create(order, client_request_id="one")
        api.close()
    kept = words_of_refusal(refused.value)
    assert told(kept, CORES) == []
    assert "[" in kept or "?…" in kept, "something stands in its place"
    failed = Failure(kind=FailureKind.UNKNOWN, name=refused.value.detail[:100], message=refused.value.detail)
    assert told(words_of_failure(failed), CORES) == []


@pytest.mark.parametrize("name", [name for name in ECHOES if "key" in name or "header" in name])
def test_the_log_hides_a_secret_of_the_settings_however_it_is_written(name: str) -> None:
    redactor = Redactor(secrets_of(Settings(aimlapi_key=SecretStr(KEY))))
    assert told(ECHOES[name], CORES)
    assert told(redactor.text(ECHOES[name]), CORES) == []


def test_the_sign_in_providers_secret_is_one_of_them() -> None:
    assert CLIENT_SECRET in secrets_of(Settings(oidc_client_secret=SecretStr(CLIENT_SECRET)))


@pytest.mark.parametrize(
    "end", ["", ".\n[SQL: INSERT]\nlast", ".\n\nThe above exception was the direct cause\nlast", ".\nCONTEXT: x\nlast"]
)
def test_a_row_that_a_database_quotes_is_hidden_with_all_its_lines(end: str) -> None:
    text = f"first\nDETAIL:  Failing row contains (1, a\n{TYPED['a draft']}).\n(b\n{TYPED['a prompt']}, t){end}"
    hidden = Redactor().text(text)
    assert told(hidden, TYPED) == []
    assert hidden.startswith("first\nDETAIL:  Failing row contains [hidden]")
    assert hidden.endswith("last") == end.endswith("last")


def test_a_key_that_a_database_quotes_is_hidden_too() -> None:
    text = f"DETAIL:  Key (visitor, nonce)=({TYPED['a prompt']}\n, 2) already exists.\nlast"
    assert Redactor().text(text) == "DETAIL:  Key (visitor, nonce)=([hidden]) already exists.\nlast"


@pytest.mark.parametrize(
    "piece", ["\\", "%25", "%", "c2st", "sk-", "&#0", "&#x0", "\\u", "Key (", "Signature", "X-Amz-"]
)
def test_a_megabyte_made_to_be_slow_to_search_is_searched_at_once(piece: str) -> None:
    secret = f"/{KEY}"
    begun = time.process_time()
    re.sub(escaped_forms(secret), "[key]", piece * (1_000_000 // len(piece)))
    Redactor([secret]).text(piece * (20_000 // len(piece)))
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("text", ["a page", "sk-canary", "Signature files: none", "c2stY2Fu", "Key points (two)"])
def test_what_only_resembles_a_secret_stays(text: str) -> None:
    assert re.sub(escaped_forms(KEY), "[key]", text) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STUDIO_DATABASE_URL", f"postgresql+psycopg://films:{quote(PASSWORD, safe='')}@127.0.0.1:9/films"),
        ("STUDIO_DATABASE_URL", f"postgresql+psycopg://films:{PASSWORD}@127.0.0.1:port/films"),
        ("AIMLAPI_KEY", f"{KEY} with a blank"),
        ("STUDIO_OWNER_CODE", "canaryshort"),
    ],
)
def test_an_app_that_cannot_start_does_not_tell_its_secrets(tmp_path: Path, name: str, value: str) -> None:
    start = "import sys\nfrom studio.diagnostics import logs\nfrom studio.settings import Settings\n"
    start += "from web.middleware import stack\n"
    start += "try:\n settings = Settings()\n logs.begin(settings)\nexcept ValueError as wrong:\n"
    start += " sys.exit(stack.why_not(wrong))\nfrom studio.build import get_studio\nget_studio()\n"
    ended = subprocess.run(
        [sys.executable, "-c", start],
        env={"PYTHONPATH": str(ROOT), "STUDIO_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), name: value},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert ended.stdout + ended.stderr
    assert "Import" not in ended.stderr, "what was started is the app"
    assert "ModuleNotFound" not in ended.stderr, "what was started is the app"
    assert "canary" not in (ended.stdout + ended.stderr).lower()
