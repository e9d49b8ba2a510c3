"""The queue: nothing in it is lost, and nothing is made twice, whoever dies over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from library_parts import begin, open_tales, run_together, start

from narrate.errors import LibraryError
from narrate.library.library import Library
from narrate.library.queue import Job, JobKind, NewJob, Queue

WORKING = """
library = Library(folder)
job = library.queue.take()
print(job.id, flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_tales(tmp_path / "library") as library:
        yield library


@pytest.fixture
def queue(library: Library) -> Queue:
    return library.queue


def new_job(name: str = "a", kind: JobKind = "address", payload: str | bytes = "https://example.org/a") -> NewJob:
    return NewJob(show="tales", kind=kind, name=name, payload=payload)


def text_job(name: str = "a") -> NewJob:
    return new_job(name, "text", "Of the tide.")


def found(queue: Queue, job: Job) -> Job:
    job_now = queue.find(job.id)
    assert job_now is not None
    return job_now


def take(queue: Queue) -> Job:
    job = queue.take()
    assert job is not None
    return job


def payload_files(library: Library) -> list[str]:
    return sorted(path.name for path in (library.folder / ".queue").glob("*"))


# ---------------------------------------------------------------- one after the other


def test_an_address_waits_with_all_that_was_said_of_it(queue: Queue) -> None:
    before = datetime.now(UTC)
    job = queue.add(NewJob(show="tales", kind="address", name="x", payload="https://example.org/a?b=1", title="Tide"))
    assert (job.show, job.kind, job.name, job.title) == ("tales", "address", "x", "Tide")
    assert (job.payload, job.state, job.done, job.total, job.message) == (
        "https://example.org/a?b=1",
        "waiting",
        0,
        0,
        "",
    )
    assert (job.entry, job.guid) == (None, None)
    assert before <= job.added_at == job.changed_at <= datetime.now(UTC)
    assert found(queue, job) == job
    assert queue.jobs() == [job]


def test_texts_and_files_lie_in_a_hidden_folder_until_they_are_done(library: Library, queue: Queue) -> None:
    text = queue.add(new_job("Hm", "text", "Über die Flut \ud83d"))
    file = queue.add(new_job("My story.DOCX", "file", b"PK\x00"))
    assert text.payload == library.folder / ".queue" / "1.txt"
    assert file.payload == library.folder / ".queue" / "2.docx"
    assert text.payload.read_text("utf-8") == "Über die Flut \ufffd"
    assert file.payload.read_bytes() == b"PK\x00"
    take(queue)
    take(queue)
    assert payload_files(library) == ["1.txt", "2.docx"]
    queue.finish(text.id, "urn:uuid:1", "flut")
    assert payload_files(library) == ["2.docx"]
    queue.fail(file.id, "not a story")
    assert payload_files(library) == ["2.docx"]  # it may be tried again
    queue.forget(file.id)
    assert payload_files(library) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a", "1.bin"),
        ("../../x.sh/..", "1.bin"),
        ("a.x/../y", "1.bin"),
        ("a.\x00", "1.bin"),
        ("a." + "x" * 300, "1.xxxxxxxxx"),
        ("a.é", "1.bin"),
        (".html", "1.bin"),
        ("a.", "1.bin"),
        ("x.EPUB", "1.epub"),
        ("", "1.bin"),
        ("\udcff.md", "1.md"),
    ],
)
def test_a_hostile_name_of_a_file_leads_nowhere(library: Library, queue: Queue, name: str, kept: str) -> None:
    queue.add(new_job(name, "file", b"x"))
    assert payload_files(library) == [kept]


def test_jobs_are_taken_in_their_order_and_told_in_the_reverse(queue: Queue) -> None:
    ids = [queue.add(new_job(str(number))).id for number in range(5)]
    assert [job.id for job in queue.jobs()] == ids[::-1]
    assert [job.id for job in queue.jobs(2)] == ids[:2:-1]
    assert [take(queue).id for _ in ids] == ids
    assert queue.take() is None


def test_a_job_tells_how_far_it_is_and_what_became_of_it(queue: Queue) -> None:
    job = queue.add(new_job())
    assert take(queue).state == "working"
    queue.tell(job.id, done=3, total=10, message="speaking")
    now = found(queue, job)
    assert (now.state, now.done, now.total, now.message) == ("working", 3, 10, "speaking")
    assert now.changed_at > job.changed_at
    queue.finish(job.id, "urn:uuid:1", "tide")
    now = found(queue, job)
    assert (now.state, now.guid, now.entry, now.message) == ("done", "urn:uuid:1", "tide", "")
    assert (now.done, now.total) == (3, 10)


def test_a_job_that_is_done_keeps_what_there_is_to_say_of_its_episode(queue: Queue) -> None:
    job = queue.add(new_job())
    take(queue)
    queue.finish(job.id, "urn:uuid:1", "tide", "“A boat” was removed, since tales keeps 1.")
    assert found(queue, job).message == "“A boat” was removed, since tales keeps 1."


def test_a_job_that_failed_says_why_and_can_be_tried_again(queue: Queue) -> None:
    job, other = queue.add(text_job()), queue.add(new_job())
    take(queue)
    queue.fail(job.id, "no story: <b>\x00\udcff")
    assert (found(queue, job).state, found(queue, job).message) == ("failed", "no story: <b>\x00\ufffd")
    queue.put_back(job.id)
    assert [take(queue).id for _ in range(2)] == [job.id, other.id]
    assert isinstance(job.payload, Path)
    assert job.payload.exists()


def test_a_job_that_is_put_back_keeps_its_place(queue: Queue) -> None:
    first, second = queue.add(new_job()), queue.add(new_job())
    take(queue)
    queue.tell(first.id, done=1, total=2)
    queue.put_back(first.id)
    assert (found(queue, first).state, found(queue, first).done) == ("waiting", 0)
    assert [take(queue).id for _ in range(2)] == [first.id, second.id]


def test_news_of_a_job_that_is_not_worked_on_changes_nothing(queue: Queue) -> None:
    waiting, done = queue.add(new_job()), queue.add(new_job())
    take(queue)
    take(queue)
    queue.finish(done.id, "urn:uuid:1", "tide")
    queue.put_back(waiting.id)
    before = [found(queue, waiting), found(queue, done)]
    for job in (*before, None):
        id = job.id if job else 99
        queue.tell(id, done=1, total=1)
        queue.finish(id, "urn:uuid:2", "ebb")
        queue.fail(id, "no")
    queue.put_back(done.id)
    assert [found(queue, waiting), found(queue, done)] == before


def test_a_job_that_is_being_made_is_not_forgotten(queue: Queue) -> None:
    job = queue.add(text_job())
    take(queue)
    with pytest.raises(LibraryError) as caught:
        queue.forget(job.id)
    assert str(caught.value) == f"job {job.id} is being made. Wait until it is done."
    assert found(queue, job).state == "working"


def test_numbers_that_no_job_has_are_nothing(queue: Queue) -> None:
    for id in (0, -1, 99, 2**63, 10**40):
        assert queue.find(id) is None
        queue.forget(id)


def test_the_number_of_a_forgotten_job_is_not_given_again(queue: Queue) -> None:
    job = queue.add(new_job())
    queue.forget(job.id)
    assert queue.find(job.id) is None
    assert queue.add(new_job()).id > job.id


def test_a_job_for_no_show_is_refused_and_leaves_nothing(library: Library, queue: Queue) -> None:
    with pytest.raises(LibraryError, match="there is no show 'news'"):
        queue.add(NewJob(show="news", kind="text", name="a", payload="b"))
    assert queue.jobs() == []
    assert payload_files(library) == []


def test_a_payload_that_cannot_be_written_leaves_no_job(library: Library, queue: Queue) -> None:
    (library.folder / ".queue").write_text("in the way")
    with pytest.raises(LibraryError, match="cannot be used: "):
        queue.add(text_job())
    assert queue.jobs() == []


def test_the_jobs_of_a_show_go_with_it_even_while_one_is_made(library: Library, queue: Queue) -> None:
    job = queue.add(text_job())
    queue.add(text_job())
    take(queue)
    library.remove_show("tales", with_files=False)
    assert queue.jobs() == []
    assert payload_files(library) == []
    queue.tell(job.id, done=1, total=2)
    queue.fail(job.id, "the show has gone")


# ---------------------------------------------------------------- several at once


def test_four_processes_and_threads_take_every_job_once(library: Library, tmp_path: Path) -> None:
    for number in range(40):
        library.queue.add(new_job(str(number)))
    code = """
with Library(folder) as library:
    while job := library.queue.take():
        print(job.id)
        library.queue.finish(job.id, "urn:uuid:1", "tide")
"""
    taken = "".join(run_together([start(code, library.folder) for _ in range(4)])).split()
    assert sorted(map(int, taken)) == list(range(1, 41))
    jobs = [library.queue.add(new_job()) for _ in range(12)]
    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(lambda _: take(library.queue).id, jobs))
    assert sorted(ids) == [job.id for job in jobs]


def test_a_job_waits_again_when_its_worker_was_killed_and_not_before(library: Library) -> None:
    job = library.queue.add(text_job())
    process = start(WORKING, library.folder)
    begin(process)
    assert process.stdout is not None
    assert process.stdout.readline() == f"{job.id}\n"
    assert library.queue.recover() == 0
    assert found(library.queue, job).state == "working"
    process.kill()
    process.communicate()
    with Library(library.folder) as other:
        assert other.queue.recover() == 1
        assert other.queue.recover() == 0
    assert take(library.queue).id == job.id
    assert isinstance(job.payload, Path)
    assert job.payload.exists()


def test_our_own_work_is_not_recovered_and_that_of_a_closed_library_is(library: Library) -> None:
    job = library.queue.add(new_job())
    with Library(library.folder) as other:
        take(other.queue)
        assert other.queue.recover() == 0
        assert library.queue.recover() == 0
    assert library.queue.recover() == 1
    assert found(library.queue, job).state == "waiting"
    assert list((library.folder / ".locks").glob("worker-*")) == []


def test_a_worker_is_known_to_have_gone_when_its_lock_file_has(library: Library) -> None:
    job = library.queue.add(new_job())
    other = Library(library.folder)
    take(other.queue)
    other.close()
    shutil.rmtree(library.folder / ".locks")
    assert library.queue.recover() == 1
    assert take(library.queue).id == job.id


def test_a_job_that_kills_every_worker_is_given_up(library: Library) -> None:
    job, other = library.queue.add(text_job()), library.queue.add(text_job())
    for _ in range(3):
        with Library(library.folder) as doomed:
            assert take(doomed.queue).id == job.id
        library.queue.recover()
    now = found(library.queue, job)
    assert (now.state, now.message) == ("failed", "narrate ended 3 times while it was making this")
    assert take(library.queue).id == other.id
    library.queue.put_back(job.id)
    with Library(library.folder) as doomed:
        assert take(doomed.queue).id == job.id
    library.queue.recover()
    assert found(library.queue, job).state == "waiting"


def test_a_worker_that_stops_in_good_order_does_not_count_as_killed(library: Library) -> None:
    job = library.queue.add(text_job())
    for _ in range(5):
        with Library(library.folder) as other:
            other.queue.put_back(take(other.queue).id)
    library.queue.recover()
    assert take(library.queue).id == job.id


def test_files_that_a_killed_process_left_are_swept_away(library: Library) -> None:
    job = library.queue.add(text_job())
    (library.folder / ".queue" / "77.txt").write_text("of a job that was never added")
    library.queue.recover()
    assert payload_files(library) == [f"{job.id}.txt"]


def test_the_queue_outlives_the_library_s_closing(library: Library) -> None:
    jobs = [library.queue.add(text_job()), library.queue.add(new_job())]
    library.close()
    with Library(library.folder) as again:
        assert again.queue.jobs() == jobs[::-1]
