"""Which videos play as one."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from studio.jobs.family import chain, is_linked
from studio.jobs.job import Job, State
from tests.studio.strategies import NOON, a_job_in

MANY = 100


def a_part(name: str, continues: str | None = None, at: int = 0, state: State = State.DONE) -> Job:
    return a_job_in(state, id=name, continues=continues, created_at=NOON + timedelta(seconds=at))


def names(parts: tuple[Job, ...]) -> str:
    return "".join(part.id for part in parts)


def test_a_video_alone_is_a_chain_of_one_and_what_is_no_finished_video_is_in_none() -> None:
    alone, under_way = a_part("a"), a_part("b", "a", state=State.GENERATING)
    assert chain([alone, under_way], "a", at_most=MANY) == (alone,)
    assert chain([alone, under_way], "b", at_most=MANY) == ()
    assert chain([], "a", at_most=MANY) == ()


def test_the_chain_is_the_same_from_each_of_its_parts() -> None:
    parts = [a_part("c", "b", 2), a_part("a"), a_part("d", "c", 3), a_part("b", "a", 1)]
    assert {names(chain(parts, name, at_most=MANY)) for name in "abcd"} == {"abcd"}


def test_of_several_that_go_on_from_one_the_newest_follows_unless_another_was_asked_for() -> None:
    parts = [a_part("a"), a_part("b", "a", 1), a_part("x", "a", 2), a_part("c", "b", 3), a_part("y", "x", 4)]
    failed = a_part("z", "a", 9, State.FAILED)
    assert names(chain([*parts, failed], "a", at_most=MANY)) == "axy"
    assert names(chain([*parts, failed], "b", at_most=MANY)) == "abc"


def test_where_a_part_is_gone_the_chain_is_shorter_on_both_sides() -> None:
    parts = [a_part("a"), a_part("b", "a"), a_part("d", "c"), a_part("e", "d")]
    assert names(chain(parts, "a", at_most=MANY)) == "ab"
    assert names(chain(parts, "e", at_most=MANY)) == "de"


def test_of_a_chain_that_is_too_long_those_before_it_come_first() -> None:
    parts = [a_part(name, before) for name, before in zip("abcdefg", [None, *"abcdef"], strict=True)]
    assert names(chain(parts, "a", at_most=3)) == "abc"
    assert names(chain(parts, "b", at_most=3)) == "abc"
    assert names(chain(parts, "g", at_most=3)) == "efg"
    assert names(chain(parts, "c", at_most=1)) == "c"


def test_a_video_is_linked_that_goes_on_or_is_gone_on_from() -> None:
    first, second, other = a_part("a"), a_part("b", "a"), a_part("c")
    assert is_linked(second, [])
    assert is_linked(first, [other, second])
    assert not is_linked(first, [first, other])
    assert not is_linked(other, [first, second])


NAMES = "abcdefgh"
families = st.lists(
    st.builds(
        a_part,
        st.sampled_from(NAMES),
        st.none() | st.sampled_from(NAMES + "?"),
        st.integers(0, 3),
        st.sampled_from([State.DONE, State.DONE, State.DONE, State.GENERATING, State.FAILED]),
    ),
    unique_by=lambda job: job.id,
)


@given(families, st.sampled_from(NAMES), st.integers(1, 9))
@example([a_part("a", "b"), a_part("b", "a")], "a", 9)
@example([a_part("a", "a")], "a", 9)
def test_whatever_the_links_say_a_chain_is_finished_videos_each_once_and_each_after_the_one_it_goes_on_from(
    jobs: list[Job], asked: str, at_most: int
) -> None:
    parts = chain(jobs, asked, at_most=at_most)
    known = {job.id: job for job in jobs}
    assert (asked in {part.id for part in parts}) == (asked in known and known[asked].state is State.DONE)
    assert len({part.id for part in parts}) == len(parts) <= at_most
    assert all(part.state is State.DONE and part is known[part.id] for part in parts)
    assert [part.continues for part in parts[1:]] == [part.id for part in parts[:-1]]
    assert chain(reversed(jobs), asked, at_most=at_most) == parts, "in whatever order they are read"
    if parts and len(parts) < at_most:
        left = [job for job in jobs if job.state is State.DONE and job not in parts]
        assert all(job.id != parts[0].continues for job in left), "nothing before it is left out"
        assert all(job.continues != parts[-1].id for job in left), "nothing after it is left out"
    places = [part.id for part in parts]
    for place in range(places.index(asked) + 1 if parts else 0, len(parts)):
        others = [job for job in jobs if job.continues == places[place - 1] and job.id not in places[:place]]
        finished = [job for job in others if job.state is State.DONE]
        assert parts[place] is max(finished, key=lambda job: (job.created_at, job.id)), "the newest follows"
