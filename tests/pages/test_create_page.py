"""Create, by Streamlit's own test runner: what it asks for, what it orders, how it shows what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Radio

from components.messages.outlook import usually
from components.messages.sentences import REASONS
from studio.installation import Studio
from studio.jobs.job import Job, Reason, State
from studio.jobs.stage import choice_of
from studio.orders.framing import Shape
from tests.app_process import wait_until
from tests.pages.conftest import ran, remembers, until_ended
from tests.photos import jpeg

Open = Callable[[], AppTest]


def given(tab: AppTest, data: bytes) -> AppTest:
    """The tab once it has been given a file, and something has come of that."""
    tab.file_uploader[0].upload("holiday.jpg", data, "image/jpeg")
    ran(tab)
    waiting = remembers(tab).preparing
    assert waiting is None or waiting.wait(60)
    return ran(tab)


def with_picture(tab: AppTest) -> AppTest:
    """The tab with a photo on its form."""
    return given(tab, jpeg())


def say(tab: AppTest, words: str) -> AppTest:
    """The tab with these words on its form."""
    tab.text_area[0].set_value(words)
    return ran(tab)


def create(tab: AppTest) -> AppTest:
    """The tab after a click on "Create video"."""
    next(button for button in tab.button if button.label == "Create video").click()
    return ran(tab)


def the_one_job(studio: Studio, visitor: str) -> Job:
    """The job that this visitor has, and the only one."""
    [job] = studio.visitor_service.jobs(visitor)
    return job


def tiles(tab: AppTest) -> list[dict[str, Any]]:
    """What the strip of several jobs was given."""
    components = [element.proto for element in tab.get("bidi_component")]
    found = [json.loads(one.json) for one in components if one.component_name == "kineograph_strip"]
    return [tile for strip in found for tile in strip["tiles"]]


def bars(tab: AppTest) -> list[dict[str, Any]]:
    """What the progress bars on the page were given."""
    components = [element.proto for element in tab.get("bidi_component")]
    return [json.loads(one.json) for one in components if one.component_name == "kineograph_progress_bar"]


def nobody_waits(studio: Studio) -> None:
    """What the tests before have left in the line is sent."""

    def is_empty() -> bool:
        studio.worker.tick()
        return State.WAITING.value not in studio.storage.store.count_by_state()

    wait_until(is_empty, "the line is empty")


def waits(tab: AppTest) -> list[str]:
    """What the cards of orders that wait say of the line, from the top."""
    return [caption.value for caption in tab.caption if "yours" in caption.value.lower()]


def captions(tab: AppTest) -> str:
    """All the small print and what is told beside it, for a look whether something is in it."""
    return "\n".join(f"{caption.value} {caption.proto.help}" for caption in tab.caption)


def test_create_opens_and_says_what_it_needs_and_that_this_is_the_demo(open_app: Open) -> None:
    tab = open_app()
    assert [title.value for title in tab.title] == ["Make a picture move"]
    assert "Add a picture and a sentence to start." in captions(tab)
    assert "Free in the demo." in [text.value for text in tab.text]
    assert "This is the demo" in captions(tab)


def test_the_hint_changes_with_what_is_missing(open_app: Open) -> None:
    tab = with_picture(open_app())
    assert "Say in a sentence what should happen in the video." in captions(tab)
    say(tab, "She smiles")
    assert "Two things" not in captions(tab)
    assert "Say in a sentence" not in captions(tab)


def test_create_on_an_empty_form_orders_nothing_and_says_why(open_app: Open, studio: Studio, visitor: str) -> None:
    tab = create(open_app())
    assert len(tab.warning) == 2
    assert studio.visitor_service.jobs(visitor) == []


def test_words_that_only_look_like_something_are_no_sentence(open_app: Open, studio: Studio, visitor: str) -> None:
    tab = with_picture(open_app())
    for nothing in ("   ", "\n\n", "\u202e\u200b\u2066"):
        create(say(tab, nothing))
        assert [warning.value for warning in tab.warning] == ["Say in a sentence what should happen in the video."]
    assert studio.visitor_service.jobs(visitor) == []


def test_a_photo_is_shown_as_it_will_be_sent(open_app: Open) -> None:
    tab = with_picture(open_app())
    assert "960 × 640" in captions(tab)
    assert not tab.error


def test_a_file_that_is_no_picture_is_refused_and_the_words_stay(open_app: Open) -> None:
    tab = say(open_app(), "She smiles")
    given(tab, b"<html>no picture</html>" * 100)
    assert len(tab.error) == 1
    assert tab.text_area[0].value == "She smiles"


def test_an_order_becomes_a_video_on_the_page_and_the_form_stays(open_app: Open, studio: Studio, visitor: str) -> None:
    tab = create(say(with_picture(open_app()), "She smiles"))
    job = the_one_job(studio, visitor)
    assert job.order.prompt == "She smiles"
    assert job.state is State.WAITING
    [bar] = bars(tab)
    assert bar["job"] == job.id
    assert "".join(bar["times"]).startswith(" so far, about ")
    assert "You can close this page. Your video will be in your gallery." in captions(tab)
    assert tab.text_area[0].value == "She smiles"

    studio.worker.tick()
    ran(tab)
    assert len(bars(tab)) == 1, "the picture is on its way, and the page says so"

    assert until_ended(studio, job).state is State.DONE
    ran(tab)
    assert [heading.value for heading in tab.subheader] == ["Your video is ready"]
    assert f"/app/static/videos/{job.id}.mp4" in "".join(html.value for html in tab.html)
    assert tab.link_button[0].url == f"/app/static/videos/{job.id}.mp4?download=1"
    assert bars(tab) == []


def test_the_same_form_sent_twice_makes_one_job(open_app: Open, studio: Studio, visitor: str) -> None:
    # The words keep the demo from rendering: how it ends is another question.
    tab = say(with_picture(open_app()), "She smiles demo: stuck")
    draft = studio.visitor_service.forms.drafts.of(visitor)
    create(tab)
    studio.visitor_service.place(visitor, draft)
    assert len(studio.visitor_service.jobs(visitor)) == 1


def test_whether_one_more_is_meant_is_asked_as_long_as_the_one_before_is_being_made(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    tab = create(say(with_picture(open_app()), "She sails away"))
    job = the_one_job(studio, visitor)
    next(button for button in tab.button if button.label == "Make another one").click()
    ran(tab)
    assert "Make another" in [button.label for button in tab.button]
    assert the_one_job(studio, visitor).id == job.id
    until_ended(studio, job)
    ran(tab)
    assert "Make another" not in [button.label for button in tab.button]


def test_an_order_that_waits_says_how_many_are_before_it_until_it_has_gone_out(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    nobody_waits(studio)
    tab = say(with_picture(open_app()), "She smiles demo: stuck")
    two = replace(studio.visitor_service.forms.drafts.of(visitor), count=2)
    placed = studio.visitor_service.place_together(visitor, two)
    ran(tab)
    assert {tile["job"] for tile in tiles(tab)} == {job.id for job in placed}
    [bar] = bars(tab)
    assert [tile["job"] for tile in tiles(tab) if tile["is_large"]] == [bar["job"]]
    assert waits(tab) == ["Yours is next." if bar["job"] == placed[0].id else "1 order is before yours."]

    nobody_waits(studio)
    assert waits(ran(tab)) == []


def test_an_order_that_waits_is_sent_before_the_others_by_one_click(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    nobody_waits(studio)
    tab = say(with_picture(open_app()), "She smiles demo: stuck")
    three = replace(studio.visitor_service.forms.drafts.of(visitor), count=3)
    one, two, last = studio.visitor_service.place_together(visitor, three)
    remembers(tab).chosen_job = choice_of((one, two, last), last.id)
    ran(tab)
    assert waits(tab) == ["2 orders are before yours."]
    next(button for button in tab.button if button.label == "Send this one first").click()
    ran(tab)
    assert waits(tab) == ["Yours is next."]
    assert "Send this one first" not in {button.label for button in tab.button}
    assert [note.words for note in remembers(tab).notes] == ["This one goes out before your others."]
    # What is never done would keep the others of this file from being made.
    assert all(studio.visitor_service.take_back(visitor, job.id) for job in (one, two, last))


def _change_it(tab: AppTest) -> AppTest:
    next(button for button in tab.button if button.label == "Change it").click()
    return ran(tab)


def test_an_order_that_waits_goes_back_on_the_form_to_be_changed(open_app: Open, studio: Studio, visitor: str) -> None:
    nobody_waits(studio)
    tab = create(say(with_picture(open_app()), "She smiles demo: stuck"))
    say(tab, "Something else")
    _change_it(tab)
    assert tab.text_area[0].value == "She smiles demo: stuck"
    assert "960 × 640" in captions(tab)
    assert studio.visitor_service.jobs(visitor) == []
    create(say(tab, "She laughs demo: stuck"))
    assert the_one_job(studio, visitor).order.prompt == "She laughs demo: stuck"
    nobody_waits(studio)


def test_an_order_that_has_gone_out_cannot_be_changed_and_the_form_stays_as_it_is(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    nobody_waits(studio)
    tab = create(say(with_picture(open_app()), "She smiles demo: stuck"))
    say(tab, "Something else")
    job = the_one_job(studio, visitor)
    # The page still shows it as it was a moment ago.
    nobody_waits(studio)
    _change_it(tab)
    assert tab.text_area[0].value == "Something else"
    assert the_one_job(studio, visitor).id == job.id


def test_a_fresh_start_takes_the_whole_line_off_and_what_is_still_on_its_way(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    forms = studio.visitor_service.forms
    tab = create(say(with_picture(open_app()), "She smiles demo: words moderated"))
    until_ended(studio, the_one_job(studio, visitor))
    second = forms.pictures.take_further(visitor, jpeg(700, 480))
    assert second.wait(60)
    remembers(tab).lining_up.append(second)
    ran(tab)
    before = forms.drafts.of(visitor).pictures
    assert len(before) == 2
    coming = forms.pictures.take_further(visitor, jpeg(800, 480))
    remembers(tab).lining_up.append(coming)
    next(button for button in tab.button if button.label == "Start fresh").click()
    ran(tab)
    assert coming.wait(60)
    ran(tab)
    assert forms.drafts.of(visitor).pictures == ()
    assert forms.pictures.further(visitor) == ()
    # The job that came to nothing still has its own.
    assert [forms.picture_files.has(picture) for picture in before] == [True, False]


def test_several_pictures_are_ordered_together_and_their_number_stands_beside_the_price(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    nobody_waits(studio)
    tab = say(with_picture(open_app()), "The colours glow demo: stuck")
    for width in (700, 800):
        ready = studio.visitor_service.forms.pictures.take_further(visitor, jpeg(width, 480))
        assert ready.wait(60)
    tab = open_app()
    assert "3 videos · Free in the demo." in [text.value for text in tab.text]
    create(tab)
    assert len(studio.visitor_service.jobs(visitor)) == 3
    assert len(tiles(tab)) == 3
    assert "Make another one" in [button.label for button in tab.button]
    nobody_waits(studio)


def click(tab: AppTest, label: str) -> AppTest:
    """The tab after a click on the button of this name."""
    next(button for button in tab.button if button.label == label).click()
    return ran(tab)


def labels(tab: AppTest) -> set[str]:
    """The names of the buttons on the page."""
    return {button.label for button in tab.button}


def test_of_words_that_were_refused_the_form_is_filled_to_change_them(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    words = "She smiles demo: words moderated"
    tab = create(say(with_picture(open_app()), words))
    job = until_ended(studio, the_one_job(studio, visitor))
    assert job.state is State.FAILED
    say(tab, "Something else")
    assert REASONS[Reason.WORDS_MODERATED].happened in tab.error[0].value
    assert "Nothing was charged." in tab.error[0].value
    assert "Try again" not in labels(tab), "it would end in the same way"

    click(tab, "Change the words")
    assert tab.text_area[0].value == words
    assert "960 × 640" in captions(tab)
    assert the_one_job(studio, visitor).id == job.id, "nothing is ordered by that"

    click(tab, "Dismiss")
    assert not tab.error
    assert studio.visitor_service.jobs(visitor) == []


def test_what_can_succeed_is_tried_again_in_its_place_and_once_from_two_tabs(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    # The demo's words end it in the same way; that it goes out again is the question here.
    words = "She smiles demo: too busy"
    tab = say(with_picture(open_app()), words)
    draft = replace(studio.visitor_service.forms.drafts.of(visitor), duration_s=10)
    failed = until_ended(studio, studio.visitor_service.place(visitor, draft))
    assert failed.reason is Reason.BUSY
    other = open_app()
    ran(tab)
    say(tab, "Something else")
    click(tab, "Try again")
    again = the_one_job(studio, visitor)
    assert again.id != failed.id
    assert again.order == failed.order, "the seed that was drawn, too"
    assert (again.state, again.retry_of) == (State.WAITING, failed.id)
    assert not tab.error
    assert [heading.value for heading in tab.subheader] == ["Your video is on its way"]
    assert tab.text_area[0].value == "Something else", "the form is left alone"

    # The other tab still shows the first one as it ended.
    click(other, "Try again")
    assert the_one_job(studio, visitor).id == again.id
    until_ended(studio, again)


def test_where_trying_again_is_not_taken_the_card_says_why_and_stays(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    tab = create(say(with_picture(open_app()), "She smiles demo: too busy"))
    failed = until_ended(studio, the_one_job(studio, visitor))
    ran(tab)
    studio.owner.switches.pause()
    try:
        click(tab, "Try again")
    finally:
        studio.owner.switches.resume()
    assert the_one_job(studio, visitor).id == failed.id
    assert any("New orders are paused for now." in warning.value for warning in tab.warning)
    assert "Try again" in labels(tab)


def test_an_order_whose_answer_got_lost_asks_about_a_second_charge_only_when_it_is_to_be_ordered_again(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    tab = create(say(with_picture(open_app()), "She smiles demo: html"))
    job = the_one_job(studio, visitor)

    def is_lost() -> bool:
        studio.worker.tick()
        return the_one_job(studio, visitor).state is State.UNCONFIRMED

    wait_until(is_lost, "its answer got lost")
    ran(tab)
    assert [warning.value for warning in tab.warning] == [
        "We sent your order but got no reply. We'll keep checking for up to 24 hours."
    ]
    assert not tab.checkbox
    click(tab, "Order again")
    [knows] = tab.checkbox
    assert next(button for button in tab.button if button.label == "Order it again").disabled
    click(tab, "Not now")
    assert not tab.checkbox
    click(tab, "Order again")
    [knows] = tab.checkbox
    knows.check()
    ran(tab)
    click(tab, "Order it again")
    [again] = [one for one in studio.visitor_service.jobs(visitor) if one.id != job.id]
    assert (again.retry_of, again.order) == (job.id, job.order)

    # Out of sight until it comes to nothing; it is looked for all the same.
    remembers(tab).chosen_job = choice_of((again, job), job.id)
    ran(tab)
    click(tab, "Dismiss")
    assert not any("got no reply" in warning.value for warning in tab.warning)
    assert {one.id for one in studio.visitor_service.jobs(visitor)} == {job.id, again.id}


def test_several_failed_orders_are_tried_again_by_one_click_that_says_its_price(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    tab = say(with_picture(open_app()), "She smiles demo: words moderated")
    two = replace(studio.visitor_service.forms.drafts.of(visitor), count=2)
    failed = [until_ended(studio, job) for job in studio.visitor_service.place_together(visitor, two)]
    ran(tab)
    assert "2 videos · Free in the demo." in [text.value for text in tab.text]
    again = next(button for button in tab.button if button.label == "Try the failed ones again")
    again.click()
    ran(tab)
    assert [job.state for job in failed] == [State.FAILED] * 2
    assert {job.retry_of for job in studio.visitor_service.jobs(visitor)} == {job.id for job in failed}
    assert all(button.label != "Try the failed ones again" for button in tab.button)


def test_what_a_person_typed_is_never_read_as_markdown(open_app: Open, studio: Studio, visitor: str) -> None:
    words = "![x](http://example.invalid/x.png) <b>bold</b> $x$ :red[hot] demo: words moderated"
    tab = create(say(with_picture(open_app()), words))
    assert_only_as_text(tab, words)
    until_ended(studio, the_one_job(studio, visitor))
    assert_only_as_text(ran(tab), words)


def test_another_tab_of_the_same_visitor_finds_form_and_jobs(open_app: Open, studio: Studio, visitor: str) -> None:
    tab = create(say(with_picture(open_app()), "She smiles"))
    other = open_app()
    assert other.text_area[0].value == "She smiles"
    assert "960 × 640" in captions(other)
    assert len(bars(other)) == 1
    until_ended(studio, the_one_job(studio, visitor))
    ran(other)
    ran(tab)
    assert [heading.value for heading in other.subheader] == ["Your video is ready"]


def assert_only_as_text(tab: AppTest, words: str) -> None:
    """The words are on the page, and in no element that makes anything of them."""
    assert words in [text.value for text in tab.text]
    for kind in ("markdown", "caption", "title", "subheader", "error", "warning", "toast", "progress"):
        for element in tab.get(kind):
            assert words not in str(getattr(element, "value", "")) + str(getattr(element, "proto", ""))


def test_whichever_run_the_browser_hears_tells_it_what_stands_on_the_form(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    """A click ends the run before it, and what that one alone had told would reach no browser (1.67.0)."""
    words = "She smiles demo: words moderated"
    tab = create(say(with_picture(open_app()), words))
    until_ended(studio, the_one_job(studio, visitor))
    say(tab, "Something else")
    next(button for button in tab.button if button.label == "Change the words").click()
    for _ in range(3):
        ran(tab)
        assert tab.text_area[0].proto.default == words
        assert not tab.text_area[0].proto.set_value


def form_filled_by_buttons() -> None:
    """A page's script: the form, and buttons that do to it what a sample and "Use again" do."""
    import streamlit as st

    from components.create import form_fields, order_form
    from components.current_form import fill_form
    from studio.orders.drafts import Draft

    st.button("Sample", on_click=form_fields.write_prompt, args=("Words of a sample",))
    st.button("Use again", on_click=fill_form, args=(Draft(prompt="Words of a video"),))
    order_form.show_words()
    order_form.show_settings()


def test_words_that_come_with_a_sample_are_told_in_every_run(open_app: Open) -> None:
    open_app()
    tab = ran(AppTest.from_function(form_filled_by_buttons, default_timeout=60))
    tab.button[0].click()
    for _ in range(3):
        ran(tab)
        assert tab.text_area[0].proto.default == "Words of a sample"
        assert not tab.text_area[0].proto.set_value


def form_and_a_late_click_on_its_sound() -> tuple[AppTest, WidgetStates]:
    """A form with words, and what its browser says when "With sound" is clicked away after all else."""
    tab = ran(AppTest.from_function(form_filled_by_buttons, default_timeout=60))
    say(tab, "Words of before")
    sound = next(toggle for toggle in tab.toggle if toggle.label == "With sound")
    late = tab._tree.get_widget_states()
    next(state for state in late.widgets if state.id == sound.id).bool_value = False
    return tab, late


def test_what_is_clicked_on_the_form_before_the_browser_has_drawn_it_anew_holds(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    open_app()
    tab, late = form_and_a_late_click_on_its_sound()
    tab.button[1].click()
    ran(tab)
    tab._run(late)
    assert not tab.exception
    assert not next(toggle for toggle in tab.toggle if toggle.label == "With sound").value
    kept = studio.visitor_service.forms.drafts.of(visitor)
    assert (kept.prompt, kept.with_sound) == ("Words of a video", False)


def test_a_form_filled_in_more_often_than_the_browser_has_drawn_it_keeps_the_last_words(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    open_app()
    tab, late = form_and_a_late_click_on_its_sound()
    for _ in range(3):
        tab.button[1].click()
        ran(tab)
    tab._run(late)
    assert not tab.exception
    kept = studio.visitor_service.forms.drafts.of(visitor)
    assert (kept.prompt, kept.with_sound) == ("Words of a video", False)


def outlook(tab: AppTest) -> str:
    """Time and size beside the price."""
    [said] = [text.value for text in tab.text if text.value.startswith("Usually")]
    return said


def test_each_choice_shows_at_once_what_it_does_to_time_and_size_beside_the_price(open_app: Open) -> None:
    tab = open_app()
    assert "Free in the demo." in [text.value for text in tab.text]
    assert "×" not in outlook(tab), "there is no picture yet"
    with_picture(tab)
    before = outlook(tab)
    choice(tab, "Length").set_value(10)
    longer = outlook(ran(tab))
    assert longer.partition(" · ")[0] != before.partition(" · ")[0]
    assert longer.partition(" · ")[2] == before.partition(" · ")[2]
    choice(tab, "Quality").set_value("1080p")
    sharper = outlook(ran(tab))
    assert sharper.partition(" · ")[2] != before.partition(" · ")[2]
    choice(tab, "Shape").set_value(Shape.SQUARE)
    assert outlook(ran(tab)).endswith("1080 × 1080")


def choice(tab: AppTest, label: str) -> Radio[Any]:
    """The choice of that name."""
    return next(radio for radio in tab.radio if radio.label == label)


def test_where_a_job_waits_it_says_how_long_such_videos_usually_take_here(
    open_app: Open, studio: Studio, visitor: str
) -> None:
    tab = create(say(with_picture(open_app()), "Waves"))
    [bar] = bars(tab)
    usual = studio.visitor_service.usual_time(the_one_job(studio, visitor))
    assert usual is not None
    assert bar["usual"] == usually(usual)
