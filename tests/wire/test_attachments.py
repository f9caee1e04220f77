"""Attachments: files as they are read, recognized in the next screen, and named when they are sent."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import discord
import pytest

from flowcord import DefinitionError
from flowcord.wire.attachments import Attachment, named, read, recognized, store, uploads


def file(name: str, content: bytes = b"x", **settings: Any) -> discord.File:
    return discord.File(io.BytesIO(content), name, **settings)


def uploaded(name: str, number: int, content: bytes = b"x") -> Attachment:
    made = Attachment(name, content)
    made.store(number)
    return made


def test_files_are_known_by_name_content_and_description() -> None:
    a, same, name, content, description = read(
        [file("a"), file("a"), file("b"), file("a", b"y"), file("a", description="d")]
    )
    assert a == same
    assert all(a != other for other in (name, content, description))
    assert a.data == b"x"


def test_reading_leaves_a_buffer_where_it_was() -> None:
    buffer = io.BytesIO(b"skipped, read")
    buffer.seek(9)
    given = discord.File(buffer, "a")
    assert [each.data for each in (*read([given]), *read([given]))] == [b"read", b"read"]
    assert buffer.tell() == 9
    assert not buffer.closed


def test_a_file_opened_by_its_path_is_closed_and_cannot_be_given_again(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    given = discord.File(path)
    assert [each.name for each in read([given])] == ["a.txt"]
    assert given.fp.closed
    with pytest.raises(DefinitionError, match=r"'a.txt' was read before, .* make a discord.File in each"):
        read([given])


@pytest.mark.parametrize("nonsense", ["a.txt", b"x", None, io.BytesIO()], ids=repr)
def test_what_is_no_file_is_refused(nonsense: Any) -> None:
    with pytest.raises(DefinitionError, match=r"files\[1\] is .* has to be a discord.File"):
        read([file("a"), nonsense])


def test_a_file_that_is_there_is_recognized_and_its_data_is_let_go() -> None:
    old = uploaded("a", 7)
    (kept, new) = recognized(read([file("a"), file("b")]), [old, uploaded("c", 8)])
    assert kept is old
    assert new.id is None
    with pytest.raises(AssertionError):
        _ = old.data


def test_one_that_was_never_uploaded_stands_for_nothing() -> None:
    (lost,) = read([file("a")])
    (new,) = recognized(read([file("a")]), [lost])
    assert new is not lost


def test_known_files_are_named_by_their_ids_and_new_ones_by_the_numbers_of_their_uploads() -> None:
    first, second = read([file("b", description="d"), file("SPOILER_c")])
    payload = {"content": "x", "attachments": [first, uploaded("a", 7), second]}
    assert uploads(payload) == [first, second]
    assert named(payload) == {
        "content": "x",
        "attachments": [
            {"id": 0, "filename": "b", "description": "d"},
            {"id": "7"},
            {"id": 1, "filename": "SPOILER_c"},
        ],
    }


def test_the_ids_of_new_files_are_learnt_from_the_answer() -> None:
    first, second = read([file("a b.txt"), file("c")])
    payload = {"attachments": [first, uploaded("a", 7), second]}
    # Discord cleans up names; the order of those that are new tells them apart.
    answer = {"attachments": [{"id": "11", "filename": "a_b.txt"}, {"id": "7"}, {"id": "12"}]}
    store(payload, answer)
    assert (first.id, second.id) == (11, 12)
    assert uploads(payload) == []
