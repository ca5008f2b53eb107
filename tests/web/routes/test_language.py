"""The language that was chosen is kept by the browser, and spoken by the pages without Streamlit."""

from __future__ import annotations

import json

import pytest
import requests

from languages.catalogues import translations
from languages.spoken import COOKIE, LANGUAGES
from studio import urls
from tests.app_process import AppProcess
from web.routes import share_page

NO_LINK = "/v/" + "x" * 22


def choose(app: AppProcess, code: str, **headers: str) -> requests.Response:
    return requests.post(app.url + urls.LANGUAGE.format(code=code), headers=headers, timeout=30)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_chosen_is_kept_for_as_long_as_browsers_do(app: AppProcess, language: object) -> None:
    answer = choose(app, language.code)  # type: ignore[attr-defined]
    assert answer.status_code == 204
    [cookie] = answer.cookies
    assert (cookie.name, cookie.value, cookie.path) == (COOKIE, language.code, "/")  # type: ignore[attr-defined]
    said = answer.headers["Set-Cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said
    assert "max-age=34560000" in said, "400 days"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("code", ["xx", "de-DE", "DE", "de%0d%0aSet-Cookie:x=y", "<script>"])
def test_nothing_but_one_of_ours_is_kept(app: AppProcess, code: str) -> None:
    answer = choose(app, code)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_no_other_sites_page_chooses(app: AppProcess) -> None:
    for headers in ({"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = choose(app, "de", **headers)
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers


def test_a_visit_to_the_address_chooses_nothing(app: AppProcess) -> None:
    answer = requests.get(app.url + urls.LANGUAGE.format(code="de"), timeout=30)
    assert COOKIE not in answer.cookies


def gone(app: AppProcess, cookie: str = "", accepted: str = "") -> str:
    """The page for a link that leads nowhere."""
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    return requests.get(app.url + NO_LINK, headers=headers | {"Accept-Language": accepted}, timeout=30).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_page_is_in_the_visitors_language(app: AppProcess, language: object) -> None:
    code = language.code  # type: ignore[attr-defined]
    said = translations(code).gettext(share_page.GONE)
    direction = "rtl" if code == "ar" else "ltr"
    for page in (gone(app, accepted=code), gone(app, cookie=code, accepted="sv")):
        assert f"<h1>{said}</h1>" in page
        assert f'<html lang="{code}" dir="{direction}">' in page


def test_what_was_chosen_goes_before_what_is_asked_for(app: AppProcess) -> None:
    assert '<html lang="fr"' in gone(app, cookie="fr", accepted="ja")
    assert '<html lang="ja"' in gone(app, cookie="nonsense", accepted="ja")


@pytest.mark.parametrize("path", [urls.MANIFEST, urls.OLDER_MANIFEST])
def test_the_manifest_is_in_the_visitors_language(app: AppProcess, path: str) -> None:
    answer = requests.get(app.url + path, headers={"Accept-Language": "ar"}, timeout=30)
    said = json.loads(answer.text)
    assert (said["lang"], said["dir"]) == ("ar", "rtl")
    assert said["description"] == translations("ar").gettext("A picture and a sentence in, a video out.")
    assert "Accept-Language" in answer.headers["Vary"]
    assert answer.headers["Cache-Control"].startswith("private")
