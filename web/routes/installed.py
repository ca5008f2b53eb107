"""What makes a phone offer to install the app, and to share photos with it: the web app manifest and its icons."""

from __future__ import annotations

import functools
import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from studio import urls
from web.language import _, language
from web.plain_answers import nothing_here

FILE_FIELD, TITLE_FIELD, TEXT_FIELD = "picture", "title", "text"
"""What a share menu calls what it sends: a name of ours for each."""
_ICONS = Path(__file__).parents[1] / "icons"
_FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}
_FOR_THIS_READER = {"Cache-Control": "private, max-age=86400", "Vary": "Accept-Language, Cookie"}
_GROUND = "#ffffff"


def manifest() -> str:
    """The manifest, as JSON (W3C, Web Application Manifest and Web Share Target API), in the language of who asks."""
    speaks = language()
    said = {
        "id": urls.HOME,
        "lang": speaks.code,
        "dir": "rtl" if speaks.is_right_to_left else "ltr",
        "name": "Kineograph",
        "short_name": "Kineograph",
        "description": _("A picture and a sentence in, a video out."),
        "start_url": urls.HOME,
        "scope": urls.HOME,
        "display": "standalone",
        "background_color": _GROUND,
        "theme_color": _GROUND,
        "icons": [
            {"src": urls.installed_icon(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in (
                ("icon-192", 192, "any"),
                ("icon-512", 512, "any"),
                ("maskable-512", 512, "maskable"),
            )
        ],
        "share_target": {
            "action": urls.SHARE_TARGET,
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": TITLE_FIELD,
                "text": TEXT_FIELD,
                "files": [{"name": FILE_FIELD, "accept": ["image/*", ".heic", ".heif"]}],
            },
        },
    }
    return json.dumps(said)


async def _manifest(_request: Request) -> Response:
    return Response(manifest(), media_type="application/manifest+json", headers=_FOR_THIS_READER)


@functools.cache
def _icons() -> dict[str, bytes]:
    return {path.stem: path.read_bytes() for path in _ICONS.glob("*.png")}


async def _icon(request: Request) -> Response:
    png = _icons().get(request.path_params["name"])
    return nothing_here() if png is None else Response(png, media_type="image/png", headers=_FOR_A_DAY)


ROUTES = [Route(urls.MANIFEST, _manifest), Route(urls.OLDER_MANIFEST, _manifest), Route(urls.INSTALLED_ICON, _icon)]
