"""What can be done with a finished video, from the page to the file that is saved; and several videos of one form."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from studio.queue.job_store import Store
from studio.storage.media import Media
from studio.worker.provider_mapping import request_of
from tests.app_process import AppProcess, running_app
from tests.browser import screen
from tests.kept_videos import write_video

pytestmark = pytest.mark.browser

WORDS = "A gull glides past"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppProcess]:
    """An app whose owner offers a model that can end in a picture, too."""
    offered = {"STUDIO_MODELS": "alibaba/wan-2-6-i2v,alibaba/wan-2-7-i2v,bytedance/seedance-1-0-pro-i2v"}
    with running_app(tmp_path_factory.mktemp("app"), settings=offered) as app:
        yield app


@pytest.fixture
def made(page: Page) -> Locator:
    """The card of a finished video."""
    screen.open_page(page)
    screen.give_picture(page)
    screen.order(page, WORDS)
    screen.video(page, WORDS)
    screen.settled(page)
    return screen.card(page, WORDS)


def chosen(card: Locator, action: str) -> Locator:
    """The dialog of an action in the menu."""
    screen.choose(card, action)
    return card.page.get_by_role("dialog")


def whole(page: Page, made: Locator, folder: Path) -> Path:
    """The video itself, saved."""
    return screen.saved(page, made.get_by_role("link", name="Download", exact=True), folder)


def moments(path: Path) -> tuple[list[float], float]:
    """When each frame of a film is shown, and how long the film is, in seconds."""
    with av.open(str(path)) as film:
        frames = list(film.decode(film.streams.video[0]))
    last = frames[-1]
    assert last.time is not None
    assert last.time_base is not None
    return [float(frame.time or 0) for frame in frames], float(last.time + last.duration * last.time_base)


TICK_MS = 80
"""How often an animation of five seconds may show another picture."""


@pytest.mark.parametrize("kind", ["GIF", "WebP"])
def test_an_animation_shows_what_the_video_shows_at_each_moment_and_runs_for_ever(
    page: Page, made: Locator, tmp_path: Path, kind: str
) -> None:
    times, length_s = moments(path := whole(page, made, tmp_path))
    with av.open(str(path)) as film:
        frames = [frame.to_image() for frame in film.decode(film.streams.video[0])]
    dialog = chosen(made, f"Save as {kind}")
    link = dialog.get_by_role("link", name="Download (")
    link.wait_for()
    path = screen.saved(page, link, tmp_path)
    at_ms, begins_ms, away, pictures = 0, list[int](), list[float](), set[bytes]()
    with Image.open(path) as animation:
        assert animation.format == kind.upper()
        assert animation.info["loop"] == 0
        for number in range(getattr(animation, "n_frames", 1)):
            animation.seek(number)
            animation.load()
            shown = max(at for at, time in enumerate(times) if time <= at_ms / 1000 + 1e-6)
            picture = animation.convert("RGB")
            there = np.asarray(frames[shown].resize(picture.size), np.int16)
            away.append(float(np.abs(np.asarray(picture, np.int16) - there).mean()))
            pictures.add(picture.tobytes())
            at_ms += int(animation.info["duration"])
            # Pictures that are alike are one, which is shown for so many ticks; the last one fills up what is left.
            begins_ms.append(at_ms)
    assert at_ms / 1000 == pytest.approx(length_s, abs=0.005), "to the hundredth of a second, as a GIF counts"
    assert all(begin_ms % TICK_MS == 0 for begin_ms in begins_ms[:-1])
    assert max(away) < 8, "but for what few colours and fewer pixels lose"
    assert len(pictures) == len(away), "each is another"
    assert len(pictures) > 0.8 * length_s * 1000 / TICK_MS
    assert path.stat().st_size <= 8 * 1024 * 1024


def seconds_of(path: Path) -> float:
    """How long a film plays, by its frames."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert stream.average_rate is not None
        return sum(1 for _ in film.decode(video=0)) / float(stream.average_rate)


def test_a_part_is_trimmed_to_the_frame(page: Page, made: Locator, tmp_path: Path) -> None:
    dialog = chosen(made, "Trim")
    start = dialog.get_by_role("slider").first
    start.focus()
    for _ in range(20):
        start.press("ArrowRight")
    expect(dialog.get_by_text("2.0 s")).to_be_visible()
    dialog.get_by_role("button", name="Trim").click()
    link = dialog.get_by_role("link", name="Download (")
    link.wait_for()
    assert seconds_of(screen.saved(page, link, tmp_path)) == pytest.approx(3.0, abs=0.06)


def test_a_video_goes_back_and_forth(page: Page, made: Locator, tmp_path: Path) -> None:
    dialog = chosen(made, "Back and forth")
    link = dialog.get_by_role("link", name="Download (")
    link.wait_for()
    assert seconds_of(screen.saved(page, link, tmp_path)) == pytest.approx(10.0, abs=0.2)


def test_a_frame_is_saved_as_it_is_in_the_video(page: Page, made: Locator, tmp_path: Path) -> None:
    times, _ = moments(path := whole(page, made, tmp_path))
    dialog = chosen(made, "Save a frame")
    moment = dialog.get_by_role("slider")
    for _ in range(21):
        moment.press("ArrowRight")
    expect(dialog.get_by_text("2.1 s")).to_be_visible()
    dialog.get_by_role("button", name="Save this frame").click()
    link = dialog.get_by_role("link", name="Download (")
    link.wait_for()
    with Image.open(screen.saved(page, link, tmp_path)) as picture:
        kept = np.asarray(picture.convert("RGB"), np.int16)
    with av.open(str(path)) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(film.streams.video[0])]
    assert kept.shape == frames[0].shape
    away = [float(np.abs(kept - frame).mean()) for frame in frames]
    shown = max(number for number, time in enumerate(times) if time <= 2.1 + 1e-6)
    assert away[shown] < 3, "but for what a JPEG loses"
    assert abs(int(np.argmin(away)) - shown) <= 1, "and no other one's"
    assert min(away[0], away[-1]) > 2 * away[shown], "of a video that moves"


def test_an_order_is_shown_as_code_in_three_languages(page: Page, made: Locator) -> None:
    dialog = chosen(made, "Show as code")
    expect(dialog.get_by_text("curl").first).to_be_visible()
    dialog.get_by_role("tab", name="Python").click()
    expect(dialog.get_by_text("import requests").first).to_be_visible()
    dialog.get_by_role("tab", name="JavaScript").click()
    expect(dialog.get_by_text("fetch(").first).to_be_visible()


def test_another_like_this_is_one_further_video_however_often_it_is_clicked(page: Page, made: Locator) -> None:
    button = made.get_by_role("button", name="Another like this")
    button.dblclick()
    expect(screen.tile(page, WORDS)).to_have_count(2)
    expect(screen.tile(page, "Your video is ready")).to_have_count(2)
    page.reload()
    expect(screen.tile(page, WORDS)).to_have_count(2)


def test_going_on_begins_with_the_last_frame_and_without_words(page: Page, made: Locator) -> None:
    before = screen.picture(page).get_attribute("src")
    made.get_by_role("button", name="Continue").click()
    expect(screen.prompt(page)).to_have_value("")
    expect(screen.picture(page)).not_to_have_attribute("src", before or "")
    screen.order(page, "It lands on the water")
    screen.video(page, "It lands on the water")


def test_several_videos_of_one_form_are_one_order_with_a_seed_each(app: AppProcess, page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    page.get_by_role("radiogroup", name="How many").get_by_text("3", exact=True).click()
    screen.say(page, "Three of a kind demo: stuck")
    screen.create_button(page).dblclick()
    expect(screen.tile(page, "Three of a kind")).to_have_count(3)
    screen.settled(page)
    expect(screen.tile(page, "Three of a kind")).to_have_count(3)


def test_another_model_has_its_own_choices_and_the_rest_of_the_form_stays(page: Page) -> None:
    screen.open_page(page)
    screen.give_picture(page)
    screen.say(page, "Made by another")
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="Wan 2.7").click()
    screen.settled(page)
    expect(screen.prompt(page)).to_have_value("Made by another")
    screen.create_button(page).click()
    screen.video(page, "Made by another")
    page.reload()
    expect(page.get_by_role("combobox", name="Model")).to_have_value("Wan 2.7")


def test_a_link_that_is_none_of_the_public_web_is_refused_in_words(page: Page) -> None:
    screen.open_page(page)
    field = page.get_by_role("textbox", name="Link to a picture")
    for link, why in (("http://example.com/a.jpg", "https"), ("https://127.0.0.1/a.jpg", "public")):
        field.fill(link)
        field.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text(why)


def test_a_downloaded_video_that_is_dropped_on_the_page_is_ordered_again_just_so(
    app: AppProcess, page: Page, made: Locator, tmp_path: Path
) -> None:
    film = screen.saved(page, made.get_by_role("link", name="Download", exact=True), tmp_path)
    page.get_by_role("button", name="Start fresh").click()
    expect(screen.prompt(page)).to_have_value("")
    write_video(tmp_path / "of others.mp4")
    screen.upload(page, (tmp_path / "of others.mp4").read_bytes(), "of others.mp4", "video/mp4")
    expect(page.get_by_role("alert")).to_contain_text("This video doesn't say how it was made here.")
    screen.upload(page, film.read_bytes(), film.name, "video/mp4")
    expect(screen.prompt(page)).to_have_value(WORDS)
    screen.picture(page).wait_for()
    screen.settled(page)
    screen.create_button(page).click()
    screen.video(page, WORDS)

    database = app.open_database()
    media = Media((app.data_dir / "media").as_uri())
    visitor = screen.visitor_of(app, page.context)
    second, first = (job.order for job in Store(database).finished(visitor, limit=2))
    database.close()
    assert first.picture_key != second.picture_key
    requests = [request_of(order, media.read(order.picture_key)) for order in (first, second)]
    assert requests[0] == requests[1]


def test_a_video_ends_in_the_picture_that_was_given_or_as_it_began(page: Page, tmp_path: Path) -> None:
    def plain(colour: str) -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (960, 640), colour).save(out, "JPEG")
        return out.getvalue()

    def ends(words: str) -> tuple[list[int], list[int]]:
        """The colours of the first and the last frame."""
        screen.create_button(page).click()
        screen.video(page, words)
        link = screen.card(page, words).get_by_role("link", name="Download", exact=True)
        with av.open(str(screen.saved(page, link, tmp_path))) as film:
            frames = [frame.to_image().resize((1, 1)).getpixel((0, 0)) for frame in film.decode(film.streams.video[0])]
        return list(frames[0]), list(frames[-1])

    screen.open_page(page)
    screen.give_picture(page, plain("#c03020"))
    field = page.get_by_role("region", name="Ending picture", exact=True)
    expect(field).to_have_count(0)
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="Seedance 1.0 Pro").click()
    field.locator("input[type=file]").set_input_files(
        FilePayload(name="end.jpg", mimeType="image/jpeg", buffer=plain("#2030c0"))
    )
    page.get_by_alt_text("The picture that your video ends in").wait_for()
    screen.say(page, "static, from red to blue")
    page.reload()
    page.get_by_alt_text("The picture that your video ends in").wait_for()
    screen.settled(page)
    first, last = ends("from red to blue")
    assert first[0] > first[2] + 60
    assert last[2] > last[0] + 60

    page.locator(".st-key-ending-picture").get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="The same picture: a loop").click()
    page.get_by_text("Ends as it begins: a loop.").wait_for()
    screen.say(page, "static, red for ever")
    first, last = ends("red for ever")
    assert max(abs(one - other) for one, other in zip(first, last, strict=True)) < 12


def test_keys_go_frame_by_frame_and_change_the_speed_and_type_where_one_types(page: Page, made: Locator) -> None:
    video = made.locator("video")
    screen.playing(video)
    at = "video => Math.floor(video.currentTime * 24 + 1e-3)"
    page.get_by_role("heading", name="Your video is ready").click()
    page.keyboard.press(".")
    expect(video).to_have_js_property("paused", True)
    before = video.evaluate(at)
    page.keyboard.press(",")
    page.keyboard.press(",")
    assert before - video.evaluate(at) in (1, 2, 3), "two frames, give or take the loop's end"
    page.keyboard.press(".")
    page.keyboard.press(".")
    assert video.evaluate(at) == before
    for key, speed in ((">", 1.5), (">", 2), (">", 2), ("<", 1.5), ("<", 1), ("<", 0.5), ("<", 0.25), ("<", 0.25)):
        page.keyboard.press(key)
        expect(video).to_have_js_property("playbackRate", speed)
    screen.prompt(page).click()
    page.keyboard.press("End")
    page.keyboard.type(" ,.<>")
    expect(screen.prompt(page)).to_have_value(re.compile(r" ,\.<>$"))
    assert video.evaluate(at) == before
