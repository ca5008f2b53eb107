"""Keys stand in databases that are out there: they stay as they are."""

from __future__ import annotations

import re

from studio.storage import media_keys


def test_keys_are_what_they_have_always_been() -> None:
    job_id = "ab" + "0" * 30
    assert media_keys.video(job_id) == f"videos/ab/{job_id}.mp4"
    assert media_keys.poster(job_id) == f"posters/ab/{job_id}.jpg"
    assert media_keys.sample("lake") == "pictures/samples/lake.jpg"
    assert re.fullmatch(r"pictures/[0-9a-f]{2}/[0-9a-f]{32}\.jpg", media_keys.new_picture())
    assert media_keys.new_picture() != media_keys.new_picture()


def test_a_thumbnail_stands_beside_its_picture_and_only_samples_are_shared() -> None:
    mine, ours = media_keys.new_picture(), media_keys.sample("lake")
    assert media_keys.thumbnail_key(ours) == "thumbnails/samples/lake.jpg"
    assert [media_keys.is_shared(key) for key in (mine, media_keys.thumbnail_key(mine))] == [False, False]
    assert [media_keys.is_shared(key) for key in (ours, media_keys.thumbnail_key(ours))] == [True, True]
    assert media_keys.is_shared("pictures/ab/samples/one.jpg") is False


def test_every_kind_has_its_folder() -> None:
    keys = [media_keys.video("ab"), media_keys.poster("ab"), media_keys.new_picture(), media_keys.sample("x")]
    keys += [media_keys.thumbnail_key(key) for key in keys[2:]]
    keys += [media_keys.edit("ab", "animation.gif"), media_keys.new_sound()]
    assert {f"{key.split('/')[0]}/" for key in keys} == set(media_keys.FOLDERS)


def test_what_is_made_of_a_video_is_found_by_its_job_and_a_note_by_its_part() -> None:
    first, second = "ab" + "0" * 30, "cd" + "0" * 30
    joined = media_keys.edit(first, "joined-0123456789abcdef.mp4")
    assert joined == f"edits/ab/{first}/joined-0123456789abcdef.mp4"
    note = media_keys.part_of(second, joined)
    assert note.startswith(media_keys.edits(second))
    assert [media_keys.noted_in(key) for key in (note, joined, media_keys.video(first))] == [joined, None, None]
    assert [media_keys.job_of_edit(key) for key in (note, joined, media_keys.video(first))] == [second, first, None]
