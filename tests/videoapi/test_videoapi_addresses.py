"""Which addresses a file is fetched from: shown by what the process asked the operating system for, not by our code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.videoapi.scripted_server import ScriptedServer, answer
from videoapi import AddressRefused, VideoAPI
from videoapi.download import AllowedAddresses

KEY = "canary-key-4f1d9a7be02c"

NOT_PLAIN = "it is not a plain http"
NOT_HTTPS = "it is not https on the usual port"
NOT_OURS = "its host is not one that videos come from"
"""Why an address is refused, in the words of the error."""

HOSTILE = {
    # this machine, in every spelling
    "http://127.0.0.1/v.mp4": NOT_HTTPS,
    "https://127.0.0.1/v.mp4": NOT_OURS,
    "https://localhost/v.mp4": NOT_OURS,
    "https://LOCALHOST/v.mp4": NOT_OURS,
    "https://127.1/v.mp4": NOT_OURS,
    "https://2130706433/v.mp4": NOT_OURS,
    "https://0x7f000001/v.mp4": NOT_OURS,
    "https://0x7f.0.0.1/v.mp4": NOT_OURS,
    "https://0177.0.0.1/v.mp4": NOT_OURS,
    "https://017700000001/v.mp4": NOT_OURS,
    "https://0/v.mp4": NOT_OURS,
    "https://0.0.0.0/v.mp4": NOT_OURS,
    "https://[::1]/v.mp4": NOT_OURS,
    "https://[::]/v.mp4": NOT_OURS,
    "https://[::ffff:127.0.0.1]/v.mp4": NOT_OURS,
    "https://[0:0:0:0:0:ffff:7f00:1]/v.mp4": NOT_OURS,
    "https://[::1%25lo]/v.mp4": NOT_PLAIN,
    "https://localhost.localdomain/v.mp4": NOT_OURS,
    # private ranges and the clouds' metadata
    "https://10.0.0.1/v.mp4": NOT_OURS,
    "https://172.16.0.1/v.mp4": NOT_OURS,
    "https://192.168.1.1/v.mp4": NOT_OURS,
    "https://100.64.0.1/v.mp4": NOT_OURS,
    "https://169.254.169.254/latest/meta-data/": NOT_OURS,
    "http://169.254.169.254/latest/meta-data/": NOT_HTTPS,
    "https://100.100.100.200/latest/meta-data/": NOT_OURS,
    "https://[fd00:ec2::254]/latest/meta-data/": NOT_OURS,
    "https://[fe80::1]/v.mp4": NOT_OURS,
    "https://metadata.google.internal/computeMetadata/v1/": NOT_OURS,
    # a user before the host
    "https://aimlapi.com@127.0.0.1/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com:443@127.0.0.1/v.mp4": NOT_PLAIN,
    "https://user:pass@cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://@cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com%40127.0.0.1/v.mp4": NOT_PLAIN,
    "https://127.0.0.1#@cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://127.0.0.1?@cdn.aimlapi.com/v.mp4": NOT_OURS,
    # hosts that look alike
    "https://aimlapi.com.evil.test/v.mp4": NOT_OURS,
    "https://evilaimlapi.com/v.mp4": NOT_OURS,
    "https://aimlapi.com-evil.test/v.mp4": NOT_OURS,
    "https://aimlapi.co/v.mp4": NOT_OURS,
    "https://aimlapi.comm/v.mp4": NOT_OURS,
    "https://cdn-aimlapi.com/v.mp4": NOT_OURS,
    "https://xn--imlapi-4ve.com/v.mp4": NOT_OURS,
    "https://\u0430imlapi.com/v.mp4": NOT_PLAIN,
    "https://com/v.mp4": NOT_OURS,
    "https://cdn.aimlapi.com./v.mp4": NOT_PLAIN,
    "https://.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://cdn..aimlapi.com/v.mp4": NOT_PLAIN,
    "https://-.aimlapi.com/v.mp4": NOT_PLAIN,
    # what parsers disagree about
    "https://evil.test\\.aimlapi.com/v.mp4": NOT_PLAIN,
    "https:\\\\cdn.aimlapi.com\\v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com\\@evil.test/v.mp4": NOT_PLAIN,
    "https://evil.test/\\cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https:/cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https:///cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https:cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "//cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "": NOT_PLAIN,
    "https://": NOT_PLAIN,
    " https://cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com/v.mp4 ": NOT_PLAIN,
    "https://cdn.aimlapi.com/v.mp4\n": NOT_PLAIN,
    "https://cdn.aimlapi.com/a b.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com/v.mp4\r\nHost: evil.test": NOT_PLAIN,
    "https://cdn.aimlapi.com\t/v.mp4": NOT_PLAIN,
    "ht\ntps://cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://evil.test\x00.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://cdn\u3002aimlapi\u3002com/v.mp4": NOT_PLAIN,
    "https://cdn\uff0eaimlapi.com/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi\u2024com/v.mp4": NOT_PLAIN,
    "https://\u24d2dn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com/v\u202e.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com/\ud800.mp4": NOT_PLAIN,
    "https://cdn%2eaimlapi.com/v.mp4": NOT_PLAIN,
    "https://" + "a" * 64 + ".aimlapi.com/v.mp4": NOT_PLAIN,
    "https://" + "a." * 130 + "aimlapi.com/v.mp4": NOT_PLAIN,
    # other schemes and ports
    "http://cdn.aimlapi.com/v.mp4": NOT_HTTPS,
    "http://cdn.aimlapi.com:443/v.mp4": NOT_HTTPS,
    "HTTPS://cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "ftp://cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "file:///etc/passwd": NOT_PLAIN,
    "file://cdn.aimlapi.com/etc/passwd": NOT_PLAIN,
    "gopher://cdn.aimlapi.com/": NOT_PLAIN,
    "data:video/mp4;base64,AAAA": NOT_PLAIN,
    "javascript:alert(1)": NOT_PLAIN,
    "blob:https://cdn.aimlapi.com/1": NOT_PLAIN,
    "view-source:https://cdn.aimlapi.com/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com:80/v.mp4": NOT_HTTPS,
    "https://cdn.aimlapi.com:8443/v.mp4": NOT_HTTPS,
    "https://cdn.aimlapi.com:22/": NOT_HTTPS,
    "https://cdn.aimlapi.com:0/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com:99999/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com:443443/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com:/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com:-443/v.mp4": NOT_PLAIN,
    "https://cdn.aimlapi.com:\u0664\u0664\u0663/v.mp4": NOT_PLAIN,
}

_asked: list[tuple[str, object]] | None = None


# Where each event keeps the address or the name that was asked for.
_EVENTS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _asked is not None and event in _EVENTS:
        _asked.append((event, arguments[_EVENTS[event]]))


# The interpreter itself reports every look-up and every connection here, whatever library makes it.
sys.addaudithook(_hook)


@contextmanager
def recorded() -> Iterator[list[tuple[str, object]]]:
    global _asked
    _asked = []
    try:
        yield _asked
    finally:
        _asked = None


def test_the_recorder_sees_a_connection(tmp_path: Path) -> None:
    with ScriptedServer([answer(200, "film")]) as server, recorded() as asked:
        VideoAPI(server.base_url, KEY).fetch(f"{server.base_url}/v.mp4", tmp_path / "v.part", max_bytes=100)
        assert ("socket.connect", ("127.0.0.1", server.port)) in asked


@pytest.mark.parametrize("address", HOSTILE, ids=ascii)
def test_a_hostile_address_is_neither_looked_up_nor_connected_to(address: str, tmp_path: Path) -> None:
    api = VideoAPI("https://api.aimlapi.com", KEY)
    with recorded() as asked, pytest.raises(AddressRefused, match=HOSTILE[address]) as caught:
        api.fetch(address, tmp_path / "v.part", max_bytes=1000)
    assert asked == []
    assert list(tmp_path.iterdir()) == []
    assert not caught.value.retryable
    assert not caught.value.outcome_unknown


def test_a_redirect_to_a_hostile_address_is_not_followed(tmp_path: Path) -> None:
    # A Location is a header: what cannot stand in one, or is relative to our own server, is another matter.
    sendable = [
        address
        for address in HOSTILE
        if "://" in address and address.isascii() and address.isprintable() and address.strip() == address
    ]
    script = [answer(302, headers=[("Location", address)]) for address in sendable]
    with ScriptedServer(script) as server, recorded() as asked:
        api = VideoAPI(server.base_url, KEY, video_hosts=["aimlapi.com"])
        for address in sendable:
            with pytest.raises(AddressRefused, match=HOSTILE[address]):
                api.fetch(f"{server.base_url}/v.mp4", tmp_path / "v.part", max_bytes=1000)
        assert {where for _, where in asked} <= {("127.0.0.1", server.port), "127.0.0.1"}
        assert server.connections == len(sendable) > 50


@pytest.mark.parametrize(
    "address",
    [
        "https://cdn.aimlapi.com/alpaca/1d/1b/20260107/0fa8e3c9/29195163-52.mp4?Expires=1767805107&Signature=WY0q7xM%2F9%3D",
        "https://cdn.aimlapi.com/generations/alligator/1-2.mp4",
        "https://aimlapi.com/v.mp4",
        "https://CDN.AimlApi.com/v.mp4",
        "https://cdn.aimlapi.com:443/v.mp4",
        "https://dashscope-result-sh.oss-cn-shanghai.aliyuncs.com/1d/v.mp4?Expires=1",
        "http://127.0.0.1:8600/files/v.mp4?Signature=1",
    ],
)
def test_the_stores_and_the_providers_own_server_are_allowed(address: str) -> None:
    AllowedAddresses("http://127.0.0.1:8600/some/path", ["aimlapi.com", "ALIYUNCS.com"]).check(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://127.0.0.1/files/v.mp4", NOT_HTTPS),
        ("http://127.0.0.1:8601/files/v.mp4", NOT_HTTPS),
        ("https://127.0.0.1:8600/files/v.mp4", NOT_HTTPS),
        ("http://localhost:8600/files/v.mp4", NOT_HTTPS),
        ("http://[::ffff:127.0.0.1]:8600/files/v.mp4", NOT_HTTPS),
        ("http://127.0.0.1:8600@evil.test/", NOT_PLAIN),
        ("http://127.1:8600/", NOT_HTTPS),
    ],
)
def test_the_providers_own_server_is_one_scheme_one_host_and_one_port(address: str, why: str) -> None:
    with pytest.raises(AddressRefused, match=why):
        AllowedAddresses("http://127.0.0.1:8600", ["aimlapi.com"]).check(address)


@pytest.mark.parametrize("host", ["", "*", "*.aimlapi.com", ".aimlapi.com", "127.0.0.1", "a b", "https://aimlapi.com"])
def test_what_is_no_plain_host_name_cannot_be_made_a_video_host(host: str) -> None:
    with pytest.raises(ValueError, match="video hosts"):
        VideoAPI("https://api.aimlapi.com", KEY, video_hosts=[host])
