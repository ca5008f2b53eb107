"""What is sent of a picture: chosen on it by hand, by finger or by keys, shown before, and there in the video."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from studio.orders.framing import Crop, Fit, Framing, Shape, crop_box
from tests.app_process import AppProcess, wait_until
from tests.browser import screen

pytestmark = pytest.mark.browser

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WIDTH, HEIGHT = 1280, 720
COARSE = (18, 16)
"""Columns and rows in which pictures are compared: what the coding of a video and a watermark change is small there."""


def photo() -> Image.Image:
    """Of another colour everywhere: redder to the right, greener to the bottom, with blue bars."""
    across, down = np.meshgrid(np.linspace(0, 255, WIDTH), np.linspace(0, 255, HEIGHT))
    bars = np.where(np.arange(WIDTH) // 160 % 2, 200, 40) * np.ones((HEIGHT, 1))
    return Image.fromarray(np.stack([across, down, bars], axis=2).astype(np.uint8))


def as_jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def with_photo(page: Page, shape: Shape) -> Locator:
    """The page with the photo in this shape; the frame on it."""
    screen.open_page(page)
    screen.give_picture(page, as_jpeg(photo()))
    choose_shape(page, shape)
    return frame(page)


def choose_shape(page: Page, shape: Shape) -> None:
    page.get_by_role("radiogroup", name="Shape").get_by_text(str(shape), exact=True).click()
    frame(page).wait_for()
    screen.settled(page)


def frame(page: Page) -> Locator:
    return page.get_by_role("group", name="The part of your picture that is sent")


def spot(found: Locator) -> tuple[float, float, float, float]:
    """Left, top, width and height on the screen."""
    box = found.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def on_picture(page: Page) -> tuple[float, float, float, float]:
    """Left, top, width and height of the frame, as parts of the picture that it is on."""
    parts: list[float] = frame(page).evaluate(
        """frame => {
          const one = frame.getBoundingClientRect(), all = frame.parentElement.getBoundingClientRect();
          return [(one.x - all.x) / all.width, (one.y - all.y) / all.height, one.width / all.width,
                  one.height / all.height];
        }"""
    )
    return parts[0], parts[1], parts[2], parts[3]


def drag(page: Page, across: float, down: float = 0, *, grip: tuple[float, float] = (0.5, 0.5)) -> None:
    """Take the frame there, as parts of its own width and height, and move the hand by so many pixels."""
    left, top, width, height = spot(frame(page))
    x, y = left + width * grip[0], top + height * grip[1]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across / 2, y + down / 2)
    page.mouse.move(x + across, y + down)
    page.mouse.up()


def touch(page: Page, across: float, *, from_corner: bool = False, down: float = 0) -> None:
    """The same with a finger, in the middle or at the corner at the right and the bottom."""
    left, top, width, height = spot(frame(page))
    x, y = (left + width - 6, top + height - 6) if from_corner else (left + width / 2, top + height / 2)
    line = page.context.new_cdp_session(page)
    line.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for share in (0.3, 0.6, 1):
        there = {"x": x + across * share, "y": y + down * share}
        line.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [there]})
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def crop_of(app: AppProcess, page: Page) -> Crop:
    return screen.draft_of(app, page).framing.crop


def cut(shape: Shape, crop: Crop) -> Image.Image:
    """What the photo has there."""
    return photo().crop(crop_box((WIDTH, HEIGHT), Framing(shape=shape).with_crop(crop)))


def sent(page: Page) -> Image.Image | None:
    """The picture that is shown as it will be sent; None where another choice has just replaced it."""
    answer = page.request.get(screen.picture(page).get_attribute("src") or "")
    return Image.open(BytesIO(answer.body())).convert("RGB") if answer.ok else None


def differ(one: Image.Image | None, other: Image.Image) -> float:
    """How far their colours are from each other, of 255, in the mean over a coarse grid."""
    if one is None:
        return 255
    grids = [np.asarray(image.resize(COARSE, Image.Resampling.BOX), dtype=float) for image in (one, other)]
    return float(np.abs(grids[0] - grids[1]).mean())


def is_sent(app: AppProcess, page: Page, shape: Shape, where: Callable[[Crop], bool]) -> None:
    """Waits until the server has a part for which `where` holds, and shows just that part of the photo."""
    wait_until(lambda: where(crop_of(app, page)), "the part is known to the server")
    crop = crop_of(app, page)
    wait_until(lambda: differ(sent(page), cut(shape, crop)) < 4, "what is shown as it will be sent is that part")


def first_frame(page: Page, words: str) -> Image.Image:
    """Of the file that Download gives."""
    source = screen.video(page, words).get_attribute("src") or ""
    answer = page.request.get(f"{source.partition('?')[0]}?download=1")
    assert answer.ok
    assert "attachment" in answer.headers["content-disposition"]
    with av.open(BytesIO(answer.body())) as film:
        return next(film.decode(video=0)).to_image()


def test_a_frame_dragged_to_one_side_is_what_the_downloaded_video_shows(app: AppProcess, page: Page) -> None:
    with_photo(page, Shape.TALL)
    expect(page.get_by_text(re.compile(r"^Usually .* · 720 × 1280$"))).to_be_visible()
    drag(page, -600)
    is_sent(app, page, Shape.TALL, lambda crop: crop.x < 0.2)
    left, top, _width, height = on_picture(page)
    assert (left, top) == pytest.approx((0, 0), abs=0.002)
    assert height == pytest.approx(1, abs=0.002)
    screen.order(page, "static")
    shown = spot(screen.video(page, "static"))
    assert shown[2] / shown[3] == pytest.approx(9 / 16, rel=0.02), "no bars beside it"
    film = first_frame(page, "static")
    assert film.width / film.height == pytest.approx(9 / 16, rel=0.01)
    assert differ(film, cut(Shape.TALL, Crop(x=0))) < 8
    assert differ(film, cut(Shape.TALL, Crop(x=0.5))) > 30, "the middle is something else"


def test_an_order_right_after_a_frame_was_moved_is_of_the_part_that_is_seen(new_tab: Callable[..., Page]) -> None:
    page = new_tab(viewport={"width": 1280, "height": 1600})
    with_photo(page, Shape.TALL)
    screen.say(page, "static at once")
    button = spot(screen.create_button(page))
    page.get_by_role("slider", name="Left to right").focus()
    page.keyboard.press("End")
    # Before the keys would have been told.
    page.mouse.click(button[0] + button[2] / 2, button[1] + button[3] / 2)
    film = first_frame(page, "static at once")
    assert differ(film, cut(Shape.TALL, Crop(x=1))) < 8
    expect(screen.tiles(page)).to_have_count(0)


@pytest.mark.parametrize("device", [DESK, PHONE], ids=["desk", "phone"])
def test_the_frame_is_moved_and_made_smaller_and_is_where_it_was_after_a_reload(
    app: AppProcess, new_tab: Callable[..., Page], device: dict[str, object]
) -> None:
    page = new_tab(**device)
    with_photo(page, Shape.SQUARE)
    assert screen.fits_across(page)
    across = spot(frame(page))[2]
    if "has_touch" in device:
        page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
        touch(page, 0.2 * across)
    else:
        drag(page, 0.2 * across)
    is_sent(app, page, Shape.SQUARE, lambda crop: crop.x == pytest.approx(0.5 + 0.2 * 720 / 1280, abs=0.02))
    before = on_picture(page)
    if "has_touch" in device:
        touch(page, -0.4 * across, down=-0.4 * across, from_corner=True)
    else:
        drag(page, -0.4 * across, -0.4 * across, grip=(0.99, 0.99))
    is_sent(app, page, Shape.SQUARE, lambda crop: crop.zoom == pytest.approx(1 / 0.6, abs=0.1))
    after = on_picture(page)
    assert after[:2] == pytest.approx(before[:2], abs=0.01), "the other corner stays"
    assert after[2] / before[2] == pytest.approx(after[3] / before[3], abs=0.02), "and the shape"
    page.reload()
    frame(page).wait_for()
    screen.settled(page)
    assert on_picture(page) == pytest.approx(after, abs=0.002)

    # Another shape has a part of its own, and the first one is as it was.
    choose_shape(page, Shape.TALL)
    wait_until(lambda: on_picture(page)[3] == pytest.approx(1, abs=0.002), "the frame has its new shape")
    choose_shape(page, Shape.SQUARE)
    expect(page.get_by_text(re.compile(r" · 720 × 720$"))).to_be_visible()
    wait_until(lambda: on_picture(page) == pytest.approx(after, abs=0.002), "the part is remembered")
    assert screen.fits_across(page)


def test_on_a_phone_corners_are_large_enough_and_the_page_scrolls_beside_the_frame(
    new_tab: Callable[..., Page],
) -> None:
    page = new_tab(**PHONE)
    with_photo(page, Shape.TALL)
    for corner in frame(page).locator(".corner").all():
        assert min(spot(corner)[2:]) >= 44
    assert frame(page).evaluate("frame => getComputedStyle(frame).touchAction") == "none"
    assert frame(page).evaluate("frame => getComputedStyle(frame.parentElement).touchAction") == "auto"


def test_keys_move_the_frame_and_change_its_size(app: AppProcess, page: Page) -> None:
    with_photo(page, Shape.SQUARE)
    page.get_by_role("slider", name="Left to right").focus()
    expect(page.get_by_role("slider", name="Top to bottom")).to_be_disabled()
    page.keyboard.press("End")
    is_sent(app, page, Shape.SQUARE, lambda crop: crop.x > 0.7)
    assert on_picture(page)[0] == pytest.approx(1 - 720 / 1280, abs=0.002)
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    is_sent(app, page, Shape.SQUARE, lambda crop: crop.x == pytest.approx(1 - 360 / 1280 - 0.1, abs=0.005))
    for key in ("PageDown", "PageDown", "-", "+", "-"):
        page.keyboard.press(key)
    is_sent(app, page, Shape.SQUARE, lambda crop: crop.zoom == pytest.approx(1 / 0.78, abs=0.01))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    is_sent(app, page, Shape.SQUARE, lambda crop: crop.y == pytest.approx(0.46, abs=0.005))
    size = page.get_by_role("slider", name="Size of the part")
    size.focus()
    page.keyboard.press("Home")
    is_sent(app, page, Shape.SQUARE, lambda crop: crop.zoom == pytest.approx(5))
    expect(size).to_have_attribute("aria-valuetext", re.compile(r"^\d+% to the right, \d+% down, 20% of the largest$"))
    expect(size).to_be_focused()


def test_a_page_that_is_drawn_anew_leaves_the_frame_in_the_hand(app: AppProcess, page: Page) -> None:
    with_photo(page, Shape.TALL)
    screen.prompt(page).click()
    page.keyboard.type("Sent while the frame is held")
    left, top, width, height = spot(frame(page))
    page.mouse.move(left + width / 2, top + height / 2)
    page.mouse.down()
    page.mouse.move(left + width / 2 + 40, top + height / 2)
    wait_until(lambda: screen.draft_of(app, page).prompt.startswith("Sent while"), "the page was drawn anew")
    screen.settled(page)
    assert spot(frame(page))[0] == pytest.approx(left + 40, abs=1)
    page.mouse.move(left + width / 2 + 80, top + height / 2)
    assert spot(frame(page))[0] == pytest.approx(left + 80, abs=1)
    page.mouse.up()
    is_sent(app, page, Shape.TALL, lambda crop: crop.x > 0.55)
    assert spot(frame(page))[0] == pytest.approx(left + 80, abs=1)


def test_of_two_drags_after_each_other_the_last_one_counts(app: AppProcess, page: Page) -> None:
    with_photo(page, Shape.TALL)
    drag(page, 600)
    drag(page, -600)
    is_sent(app, page, Shape.TALL, lambda crop: crop.x < 0.2)
    assert on_picture(page)[0] == pytest.approx(0, abs=0.002)
    # The answer to the one before comes while the next one is under way.
    drag(page, 600)
    wait_until(lambda: crop_of(app, page).x > 0.8, "the server was told")
    left, top, width, height = spot(frame(page))
    page.mouse.move(left + width / 2, top + height / 2)
    page.mouse.down()
    page.mouse.move(left - 100, top + height / 2)
    held = on_picture(page)
    screen.settled(page)
    assert on_picture(page) == held
    page.mouse.up()
    is_sent(app, page, Shape.TALL, lambda crop: crop.x == pytest.approx(held[0] + held[2] / 2, abs=0.005))
    assert on_picture(page) == pytest.approx(held, abs=0.005)


def test_a_reload_in_the_middle_of_a_drag_or_right_after_it_shows_what_will_be_sent(
    app: AppProcess, page: Page
) -> None:
    with_photo(page, Shape.TALL)
    before = on_picture(page)
    left, top, width, height = spot(frame(page))
    page.mouse.move(left + width / 2, top + height / 2)
    page.mouse.down()
    page.mouse.move(left + width / 2 + 60, top + height / 2)
    page.reload()
    page.mouse.up()
    frame(page).wait_for()
    screen.settled(page)
    assert on_picture(page) == pytest.approx(before, abs=0.002)
    is_sent(app, page, Shape.TALL, lambda crop: crop == Crop())
    drag(page, 600)
    page.reload()
    is_sent(app, page, Shape.TALL, lambda crop: crop.x > 0.8)
    wait_until(lambda: on_picture(page)[0] == pytest.approx(1 - 405 / 1280, abs=0.002), "the frame is there")
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("fit", [Fit.WHOLE_PLAIN, Fit.WHOLE_BLURRED])
def test_the_whole_picture_in_another_shape_has_the_border_that_was_chosen(page: Page, fit: Fit) -> None:
    screen.open_page(page)
    screen.give_picture(page, as_jpeg(photo()))
    choose_shape(page, Shape.TALL)
    name = {Fit.WHOLE_PLAIN: "plain", Fit.WHOLE_BLURRED: "blurred"}[fit]
    page.get_by_role("combobox", name="Fit").click()
    page.get_by_role("option", name=f"Whole picture, {name} border").click()
    expect(frame(page)).to_have_count(0)
    expect(page.get_by_text(re.compile(r" · 720 × 1280$"))).to_be_visible()
    screen.settled(page)
    words = f"static, {name}"
    screen.order(page, words)
    film = first_frame(page, words)
    assert film.width / film.height == pytest.approx(9 / 16, rel=0.01)
    high = film.width * HEIGHT / WIDTH
    top = (film.height - high) / 2
    inner = film.crop((0, round(top), film.width, round(top + high)))
    assert differ(inner, photo()) < 8, "all of the picture is there, and undistorted"
    # Well inside of the border above, where no mark is drawn.
    border = np.asarray(film.crop((0, round(top * 0.3), film.width, round(top * 0.7))), dtype=float)
    spread = border.mean(axis=0).std(axis=0)
    if fit is Fit.WHOLE_PLAIN:
        assert spread.max() < 4, "one colour"
        edges = np.asarray(photo(), dtype=float)[[0, -1]].mean(axis=(0, 1))
        assert np.abs(border.mean(axis=(0, 1)) - edges).max() < 12, "that of the picture's edges"
    else:
        assert spread[0] > 10, "redder to the right, as the picture is"
        assert border[:, : film.width // 4, 0].mean() < border[:, -film.width // 4 :, 0].mean() - 20


def test_every_shape_says_before_how_large_the_video_will_be(page: Page) -> None:
    with_photo(page, Shape.TALL)
    for shape, size in (
        (Shape.WIDE, "1280 × 720"),
        (Shape.LANDSCAPE, "960 × 720"),
        (Shape.PORTRAIT, "720 × 960"),
        (Shape.SQUARE, "720 × 720"),
    ):
        choose_shape(page, shape)
        expect(page.get_by_text(re.compile(rf"^Usually .* · {size}$"))).to_be_visible()
        _left, _top, width, height = on_picture(page)
        across, down = shape.ratio or (0, 1)
        assert width * WIDTH / (height * HEIGHT) == pytest.approx(across / down, rel=0.005)
