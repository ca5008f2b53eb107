"""What a callback leaves to the runs that come after it: words, another page, jobs that are followed."""

from __future__ import annotations

from collections.abc import Callable

from components.tab import Note, changing, remembered
from studio.jobs.stage import Choice


def following() -> dict[str, bool]:
    """The jobs that this tab knows of, by id; True for one that had ended before it did."""
    return changing().following


def chosen_job() -> Choice | None:
    """Which of the jobs on Create the person of this tab chose to see large."""
    return remembered().chosen_job


def choose_job(choice: Choice) -> None:
    """This one is shown large from now on."""
    changing().chosen_job = choice


def run_beside(fragment: Callable[[], None]) -> None:
    """Begin this at the end of the page, outside of its containers.

    Streamlit copies all containers that a fragment is in each time it runs, which takes longer than to ask the store.
    """
    changing().beside.append(fragment)


def beside() -> list[Callable[[], None]]:
    """What was asked for since this was called last."""
    tab = changing()
    asked, tab.beside = tab.beside, []
    return asked


def say(sentence: str) -> None:
    """Show a short note once the page is drawn anew; a run that is broken off loses none."""
    changing().notes.append(Note(sentence))


def notes() -> list[Note]:
    """The last of this tab."""
    return list(remembered().notes)


def go_to(page: str, /, **query: str) -> None:
    """Another page (components.page_names) is shown next: what a callback decides, the frame carries out.

    `query` is what the page's address has: of a video, its number.
    """
    changing().going_to = page, query


def where_to() -> tuple[str, dict[str, str]] | None:
    """The page to show in place of this one, once, and what its address has."""
    page = remembered().going_to
    if page is not None:
        changing().going_to = None
    return page


def complain(sentence: str, icon: str) -> None:
    """What went wrong with a click stands on the page until the next one."""
    changing().complaint = (sentence, icon)


def complaint() -> tuple[str, str] | None:
    """What went wrong with the last click."""
    return remembered().complaint


def drop_complaint() -> None:
    """Another click has come."""
    changing().complaint = None
