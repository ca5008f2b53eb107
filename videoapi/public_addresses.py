"""Is an address one that anybody on the internet could fetch? Judged by its spelling alone: nothing is resolved.

For links that travel in an order: whoever fetches them stands inside a network of its own, and a link to that is an
attack on it. A name may still resolve to a private address; only who connects can see that.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

_NAME = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?", re.UNICODE)
# What a URL parser of the WHATWG reads as an IPv4 address: https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Names that never lead to the open internet: RFC 6761, RFC 6762, RFC 8375, and what routers and clusters use.
_PRIVATE_NAMES = (
    *("localhost", "localdomain", "local", "internal", "intranet", "private", "corp", "home", "lan"),
    *("home.arpa", "in-addr.arpa", "ip6.arpa", "test", "invalid", "onion"),
)
# An IPv4 address inside an IPv6 one: translated (RFC 6052, 8215), 6to4 and Teredo, which lead there as well.
_CARRYING_IPV4 = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


def is_public_https(address: str) -> bool:
    """True for https on the usual port of a public host: a name with a dot, or an address written the usual way."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    netloc = parts.netloc
    # A backslash is a slash to browsers, and an escape may become anything: parsers differ over both.
    if parts.scheme != "https" or port not in (None, 443) or not netloc or "\\" in address:
        return False
    if "@" in netloc or "%" in netloc:
        return False
    host = parts.hostname or ""
    if netloc.startswith("["):
        return _is_public_ip(host)
    # As a resolver gets it (UTS 46): full-width digits and dots become plain ones.
    host = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().removesuffix(".")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _is_public_ip(host)
    is_private = any(host == name or host.endswith("." + name) for name in _PRIVATE_NAMES)
    return _NAME.fullmatch(host) is not None and not is_private


def _is_public_ip(host: str) -> bool:
    """Only as `ipaddress` reads it: decimal, octal, hexadecimal and shortened spellings are none of a person's."""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or any(ip in net for net in _CARRYING_IPV4)):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)
