"""Adding episodes from a page: the form, the queue, and how far it is.

Only a form that came from a page of ours is taken: it brings along a key that others cannot know, and the browser says
where it comes from.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message, Receive

from narrate.errors import LibraryError
from narrate.library.library import Library
from narrate.library.queue import Job, NewJob
from narrate.places import Places
from narrate.server.addresses import Addresses
from narrate.server.files import BrokenOff
from narrate.server.guard import comes_from_us, is_same
from narrate.server.worker import Worker
from narrate.site.pages import add_page
from narrate.types import Show

FILE_BYTES, TEXT_BYTES = 20 * 2**20, 2 * 2**20
"""Longest file and longest pasted text that are taken."""

FORM_BYTES = FILE_BYTES + 2**20
"""Longest body of a request: the file, and what a form says around it."""

FORM_S = 120.0
"""Longest time that a form may take to arrive."""

LOOK_EVERY_S, BEAT_EVERY_S = 0.5, 15.0
"""How often the queue is looked at for whoever watches it, and how often they hear that we are still there."""

NAME_CHARS, ADDRESS_CHARS = 200, 2000

TOO_LONG = f"This is too long: files have at most {FILE_BYTES // 2**20} MB, pasted texts {TEXT_BYTES // 2**20} MB."

NEVER_KEPT = {"cache-control": "no-store"}


class Adding:
    """The part of the server that changes something."""

    def __init__(self, library: Library, addresses: Addresses, token_of: Callable[[Request], Awaitable[str]]) -> None:
        self._library, self._addresses, self._token_of = library, addresses, token_of
        self._worker = Worker(library)
        self._stopping = asyncio.Event()

    def routes(self) -> list[Route]:
        return [
            Route("/queue", self.send_queue),
            Route("/queue/events", self.stream_queue),
            Route("/queue/{id:int}/forget", self.forget, methods=["POST"]),
            Route("/{show}/add", self.ask, methods=["GET"]),
            Route("/{show}/add", self.add, methods=["POST"]),
        ]

    def open(self) -> None:
        self._worker.start()

    def close(self) -> None:
        self._worker.stop()

    def stop_streams(self) -> None:
        self._stopping.set()

    async def ask(self, request: Request) -> Response:
        """Where the bookmark leads: shall this page become an episode?"""
        show = await self._find_show(request)
        address, title = (request.query_params.get(name, "")[:ADDRESS_CHARS] for name in ("address", "title"))
        page = add_page(show, await self._places(request, show), address=address, title=title)
        return HTMLResponse(page, headers=NEVER_KEPT)

    async def add(self, request: Request) -> Response:
        """Take an address, a text or a file into the queue."""
        show = await self._find_show(request)
        form = await self._read_form(request, show)
        try:
            new = await _read_job(form, show.slug)
        finally:
            await form.close()
        job = await run_in_threadpool(self._library.queue.add, new)
        self._worker.wake()
        if _wants_json(request):
            return JSONResponse({"id": job.id}, 202, NEVER_KEPT)
        return _see_other("./")

    async def forget(self, request: Request) -> Response:
        """Take a job off the list."""
        job = await run_in_threadpool(self._library.queue.find, request.path_params["id"])
        if job is None:
            raise HTTPException(404)
        form = await self._read_form(request, await run_in_threadpool(self._library.find_show, job.show))
        await form.close()
        try:
            await run_in_threadpool(self._library.queue.forget, job.id)
        except LibraryError as problem:
            raise HTTPException(409, str(problem)) from problem
        if _wants_json(request):
            return Response(status_code=204, headers=NEVER_KEPT)
        return _see_other(f"../../{quote(job.show)}/")

    async def send_queue(self, request: Request) -> Response:
        return Response(await self._describe_queue(request), 200, NEVER_KEPT, "application/json")

    async def stream_queue(self, request: Request) -> Response:
        if request.method == "HEAD":
            return Response(headers=NEVER_KEPT, media_type="text/event-stream")
        return StreamingResponse(self._tell_changes(request), 200, NEVER_KEPT, "text/event-stream")

    async def _tell_changes(self, request: Request) -> AsyncIterator[str]:
        """The queue whenever it has changed, and a beat now and then, until the client goes or we do.

        Source:
            HTML, Server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html
        """
        told, told_s = "", 0.0
        while not self._stopping.is_set():
            queue = await self._describe_queue(request)
            if queue != told:
                yield f"data: {queue}\n\n"
                told, told_s = queue, time.monotonic()
            elif time.monotonic() - told_s > BEAT_EVERY_S:
                yield ": still here\n\n"
                told_s = time.monotonic()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK_EVERY_S)

    async def _describe_queue(self, request: Request) -> str:
        """The queue as JSON, in the order in which it was filled."""
        jobs = await run_in_threadpool(self._library.queue.jobs)
        shows = {show.slug: show for show in await run_in_threadpool(self._library.shows)}
        token = await self._token_of(request)
        described = [_describe(job, self._addresses.places(token, shows.get(job.show))) for job in reversed(jobs)]
        return json.dumps({"jobs": described})

    async def _find_show(self, request: Request) -> Show:
        shows = await run_in_threadpool(self._library.shows)
        show = next((show for show in shows if show.slug == request.path_params["show"]), None)
        if show is None:
            raise HTTPException(404)
        return show

    async def _places(self, request: Request, show: Show) -> Places:
        return self._addresses.places(await self._token_of(request), show)

    async def _read_form(self, request: Request, show: Show) -> FormData:
        """The form, where it is one of ours and not too long."""
        places = await self._places(request, show)
        if not comes_from_us(request, places.base):
            raise HTTPException(403, f"This form comes from another site. Open {places.show(show.slug)} and try again.")
        form = await _receive_form(request)
        if not is_same(str(form.get("key", "")), places.key):
            await form.close()
            raise HTTPException(403, "This form is too old. Load the page again and try once more.")
        return form


async def _receive_form(request: Request) -> FormData:
    """
    Raises:
        HTTPException: it is none, too long or too slow.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        raise HTTPException(415, "Send a form, as multipart/form-data.")
    try:
        async with asyncio.timeout(FORM_S):
            measured = Request(request.scope, _measure(request.receive))
            return await measured.form(max_files=1, max_fields=8, max_part_size=TEXT_BYTES)
    except HTTPException as problem:
        raise HTTPException(413, TOO_LONG) if "exceeded" in problem.detail else problem from None
    except TimeoutError as problem:
        raise HTTPException(408, "The form took too long to arrive.") from problem
    except ClientDisconnect as problem:
        raise BrokenOff("the client has gone") from problem


def _measure(receive: Receive) -> Receive:
    """Receive no more than the longest form."""
    received_bytes = 0

    async def receive_measured() -> Message:
        nonlocal received_bytes
        message = await receive()
        received_bytes += len(message.get("body", b""))
        if received_bytes > FORM_BYTES:
            raise HTTPException(413, TOO_LONG)
        return message

    return receive_measured


async def _read_job(form: FormData, show: str) -> NewJob:
    """What shall be made: of a file, a text and an address, the first that is there.

    Raises:
        HTTPException: there is none of them, or it cannot be taken.
    """
    file = form.get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await _read_file(file, show)
    text, address = (str(form.get(name) or "").strip() for name in ("text", "address"))
    if text:
        title = " ".join(str(form.get("title") or "").split())[:NAME_CHARS] or None
        return NewJob(show=show, kind="text", name=title or _beginning(text), payload=text, title=title)
    if address:
        return NewJob(show=show, kind="address", name=address, payload=_check_address(address))
    raise HTTPException(400, "Give an address, a text or a file.")


async def _read_file(file: UploadFile, show: str) -> NewJob:
    data = await file.read(FILE_BYTES + 1)
    if len(data) > FILE_BYTES:
        raise HTTPException(413, TOO_LONG)
    if not data.strip():
        raise HTTPException(400, "The file is empty.")
    name = re.split(r"[/\\]", file.filename or "")[-1]
    name = "".join(character for character in name if character.isprintable())[-NAME_CHARS:]
    return NewJob(show=show, kind="file", name=name or "a file", payload=data)


def _check_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        fine = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and len(address) <= ADDRESS_CHARS
    except ValueError:
        fine = False
    if not fine or not address.isprintable() or " " in address:
        raise HTTPException(400, "This is no address of a web page. It begins with https:// or http://.")
    return address


def _beginning(text: str) -> str:
    """The first words of a text, for lists."""
    words = " ".join(text[: 4 * NAME_CHARS].split())
    return words if len(words) <= NAME_CHARS else f"{words[: NAME_CHARS - 1]}…"


def _describe(job: Job, places: Places) -> dict[str, object]:
    return {
        "id": job.id,
        "show": job.show,
        "name": job.name,
        "title": job.title,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "message": job.message,
        "entry": job.entry,
        "page": places.entry(job.show, job.entry) if job.entry else None,
    }


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _see_other(address: str) -> Response:
    """To a page, after a form; named from where the form went, since only the client knows under which name we are."""
    return Response(status_code=303, headers={"location": address, **NEVER_KEPT})
