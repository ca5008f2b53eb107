"""From where an order comes, as far as that counts, and without keeping an address.

A visitor is a cookie, and whoever wants another throws it away. An address is harder to change: where the server can
know it, all who come from one without a code and without signing in take turns together. It can be known only behind
proxies that the owner has named (STUDIO_TRUSTED_PROXIES): anywhere else an address may be that of a proxy with
everybody behind it, or whatever somebody wrote into a header.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv6Address, ip_address, ip_network

from studio.money.ledger import Payer

SITE_BITS = 64
"""What one household has of IPv6 is a /64 at least (RFC 6177): its last half is changed at will."""


class Networks:
    """Tells addresses apart by a keyed hash: nobody can look up in the database who it was, or try all of them."""

    def __init__(self, secret: str, trusted_proxies: Iterable[str]) -> None:
        self._key = hashlib.sha256(f"kineograph networks {secret}".encode()).digest()
        self._proxies = [ip_network(proxy, strict=False) for proxy in trusted_proxies]

    def reckoned(self, payer: Payer, visitor: str, address: str | None) -> Payer:
        """The payer, with the address where that counts: not for who has signed in or has a code, as a class may."""
        if payer.key != visitor or payer.code is not None:
            return payer
        return replace(payer, address=self.name(address))

    def name(self, address: str | None) -> str | None:
        """What an address, or the network that one household has, is called; None where it says nothing."""
        if not self._proxies or address is None:
            return None
        try:
            at = ip_address(address)
        except ValueError:
            return None
        if isinstance(at, IPv6Address) and at.ipv4_mapped is not None:
            at = at.ipv4_mapped
        if at.is_loopback or at.is_unspecified or any(at in proxy for proxy in self._proxies):
            return None  # the proxy's own: everybody's
        network = ip_network((at, SITE_BITS), strict=False) if isinstance(at, IPv6Address) else at
        return "at:" + hmac.new(self._key, str(network).encode(), hashlib.sha256).hexdigest()[:40]


NOWHERE = Networks("", ())
"""Where no proxy is trusted: no address counts."""
