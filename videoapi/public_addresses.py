"""Is an address one that anybody on the internet could fetch? Judged by its spelling alone: nothing is resolved.

For links that strangers give: whoever fetches them stands inside a network of its own, and a link to that is an attack
on it. A name may still resolve to a private address; only who connects can see that (`public_connections` does).
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
# All that is given to hosts of the open internet so far (RFC 4291, 2.4), and what of it is none: an IPv4 address inside
# (6to4 and Teredo lead there as well), documentation (RFC 9637, which Python 3.11 does not know).
_GIVEN_IPV6 = ipaddress.ip_network("2000::/3")
_NO_HOSTS = [ipaddress.ip_network(net) for net in ("2002::/16", "2001::/32", "3fff::/20", "192.0.0.0/24")]


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
        return is_public_ip(host)
    # As a resolver gets it (UTS 46): full-width digits and dots become plain ones.
    host = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().removesuffix(".")
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return is_public_ip(host)
    is_private = any(host == name or host.endswith("." + name) for name in _PRIVATE_NAMES)
    return _NAME.fullmatch(host) is not None and not is_private


def is_public_ip(host: str) -> bool:
    """True for the number of a host on the open internet.

    Only as `ipaddress` reads it: octal, hexadecimal and shortened spellings are none of a person's.
    """
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip not in _GIVEN_IPV6:
        return False
    is_host = not (ip.is_multicast or ip.is_reserved or any(ip in net for net in _NO_HOSTS))
    return ip.is_global and is_host
