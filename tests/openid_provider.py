"""A real, small OpenID Connect provider on this computer: it signs people in as Google would, without a password.

It is strict: unknown clients, redirects and codes, wrong secrets and missing proofs (PKCE) are refused.

OpenID Connect Core 1.0 (code flow), Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636 (S256).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

import uvicorn
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.app_process import wait_until

TOKEN_LIFE_S = 3600
"""As Google's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody whom the provider knows."""

    subject: str
    name: str
    claims: Mapping[str, Any]
    """What the identity token says besides who it is: email, email_verified …"""


def account(name: str, email: str, *, verified: bool = True) -> Account:
    """An account with a mail address."""
    return Account(subject=f"subject-of-{name}", name=name, claims={"email": email, "email_verified": verified})


@dataclass(frozen=True, slots=True)
class _Asked:
    redirect_uri: str
    state: str
    nonce: str
    challenge: str


@dataclass(slots=True)
class OpenIDProvider:
    """A running provider. What it was asked is in `signed_in` and `signed_out`."""

    url: str
    """Its issuer."""
    accounts: list[Account]
    client_id: str = "kineograph"
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    redirect_uris: set[str] = field(default_factory=set)
    """Where it may send people back to; everything else is refused, as every provider does."""
    signed_in: list[str] = field(default_factory=list)
    """Subjects, in the order in which their tokens were fetched."""
    signed_out: list[str] = field(default_factory=list)
    """Subjects, in the order in which they signed out."""
    _key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig", "kid": "one"}))
    _asked: dict[str, _Asked] = field(default_factory=dict)
    _codes: dict[str, tuple[_Asked, Account]] = field(default_factory=dict)
    _access: dict[str, Account] = field(default_factory=dict)

    def discovery(self, _request: Request) -> Response:
        """What the provider says of itself."""
        return JSONResponse(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/jwks",
                "end_session_endpoint": f"{self.url}/end_session",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "email", "profile"],
            }
        )

    def authorize(self, request: Request) -> Response:
        """The page on which a person says who they are."""
        asked = request.query_params
        if asked.get("client_id") != self.client_id or asked.get("redirect_uri") not in self.redirect_uris:
            # Not sent back: nobody vouches for that address.
            return PlainTextResponse("unknown client or redirect_uri", 400)
        right = asked.get("response_type") == "code" and asked.get("code_challenge_method") == "S256"
        if not right or "openid" not in asked.get("scope", "").split() or not asked.get("state"):
            return PlainTextResponse("invalid request", 400)
        ticket = secrets.token_urlsafe(16)
        self._asked[ticket] = _Asked(
            asked["redirect_uri"], asked["state"], asked.get("nonce", ""), asked["code_challenge"]
        )
        buttons = "".join(
            f"<p><button name=account value='{html.escape(one.subject)}'>{html.escape(one.name)}</button>"
            for one in self.accounts
        )
        return HTMLResponse(
            f"<!doctype html><html lang=en><title>Choose an account</title><h1>Choose an account</h1>"
            f"<form method=post action=/choose><input type=hidden name=ticket value='{ticket}'>{buttons}"
            f"<p><button name=account value=''>Cancel</button></form>"
        )

    async def choose(self, request: Request) -> Response:
        """Send the person back with a code that is good once, or with the word that they would rather not."""
        form = await request.form()
        asked = self._asked.pop(str(form.get("ticket")), None)
        if asked is None:
            return PlainTextResponse("unknown ticket", 400)
        chosen = [one for one in self.accounts if one.subject == form.get("account")]
        answer = {"state": asked.state}
        if chosen:
            answer["code"] = secrets.token_urlsafe(16)
            self._codes[answer["code"]] = (asked, chosen[0])
        else:
            answer |= {"error": "access_denied", "error_description": "The person would rather not."}
        return RedirectResponse(f"{asked.redirect_uri}?{urlencode(answer)}", 303)

    async def token(self, request: Request) -> Response:
        """Change a code for an identity token, for the client that proves who it is and that it asked."""
        form = await request.form()
        if not self._is_our_client(request.headers.get("authorization", "")):
            return JSONResponse({"error": "invalid_client"}, 401)
        # Taken whether or not the rest is right: a code is good once.
        asked, who = self._codes.pop(str(form.get("code")), (None, None))
        if (
            asked is None
            or who is None
            or form.get("grant_type") != "authorization_code"
            or form.get("redirect_uri") != asked.redirect_uri
            or not hmac.compare_digest(_challenge(str(form.get("code_verifier"))), asked.challenge)
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(24)
        self._access[access] = who
        self.signed_in.append(who.subject)
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + TOKEN_LIFE_S, "nonce": asked.nonce}
        identity = jwt.encode({"alg": "RS256", "kid": "one"}, claims | _about(who), self._key)
        return JSONResponse(
            {"access_token": access, "token_type": "Bearer", "expires_in": TOKEN_LIFE_S, "id_token": identity},
            headers={"cache-control": "no-store"},
        )

    def jwks(self, _request: Request) -> Response:
        """The key by which its signatures are checked."""
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    def userinfo(self, request: Request) -> Response:
        """Who an access token was given to."""
        who = self._access.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        return JSONResponse(_about(who)) if who else Response(status_code=401)

    def end_session(self, request: Request) -> Response:
        """Sign the person out here too, and send them back to where they are known to come from."""
        asked = request.query_params
        back = asked.get("post_logout_redirect_uri", "")
        try:
            token = jwt.decode(asked.get("id_token_hint", ""), self._key, algorithms=["RS256"])
        except (JoseError, ValueError):
            return PlainTextResponse("invalid id_token_hint", 400)
        if back not in self.redirect_uris:
            return PlainTextResponse("unknown post_logout_redirect_uri", 400)
        self.signed_out.append(str(token.claims["sub"]))
        return RedirectResponse(back, 303)

    def _is_our_client(self, header: str) -> bool:
        given = base64.b64decode(header.removeprefix("Basic "), validate=False).decode("utf-8", "replace")
        known = f"{self.client_id}:{self.client_secret}"
        return hmac.compare_digest(unquote(given).encode(), known.encode())


@contextmanager
def running_provider(accounts: list[Account]) -> Iterator[OpenIDProvider]:
    """A provider that answers on a free port of this computer, until the block ends."""
    config = uvicorn.Config(_not_yet, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    provider = OpenIDProvider(f"http://127.0.0.1:{socket.getsockname()[1]}", accounts)
    config.app = _routes(provider)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, name="openid-provider")
    thread.start()
    try:
        wait_until(lambda: server.started, "the OpenID provider answers")
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def _routes(provider: OpenIDProvider) -> Starlette:
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.discovery),
            Route("/authorize", provider.authorize),
            Route("/choose", provider.choose, methods=["POST"]),
            Route("/token", provider.token, methods=["POST"]),
            Route("/jwks", provider.jwks),
            Route("/userinfo", provider.userinfo),
            Route("/end_session", provider.end_session),
            Route("/favicon.ico", lambda _request: Response(status_code=204)),
        ]
    )


async def _not_yet(*_: object) -> None:
    raise AssertionError("the app is put in its place before the server starts")


def _about(who: Account) -> dict[str, Any]:
    return {"sub": who.subject, "name": who.name, **who.claims}


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
