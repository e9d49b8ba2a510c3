"""What the server answers at which address; the addresses are those of a static folder, see `places`."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from narrate.library.library import Library
from narrate.places import CHAPTERS, OPML, TRANSCRIPTS, Places
from narrate.server.adding import Adding
from narrate.server.addresses import Addresses
from narrate.server.documents import FEED, HTML, Contents, Documents
from narrate.server.files import Content, Document, OpenFile, answer_with, make_document, open_file
from narrate.server.guard import TOKEN, Guard, headers_for_all, nothing_here
from narrate.site.pages import ASSETS, asset_address, not_found_page

TOKEN_S = 1.0
"""A token that was changed counts after so long."""

ENDINGS = {
    ".chapters.json": CHAPTERS,
    ".json": TRANSCRIPTS["json"],
    ".vtt": f"{TRANSCRIPTS['vtt']}; charset=utf-8",
    ".srt": f"{TRANSCRIPTS['srt']}; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Media types of what is in a show's folder, and of what pages need; the first ending counts."""

FOR_ALL_SITES = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "accept-ranges, content-range, etag",
    "cross-origin-resource-policy": "cross-origin",
}
"""Players on other sites may use sounds, transcripts, chapters, pictures and feeds.

Source:
    https://fetch.spec.whatwg.org/#http-cors-protocol
"""

PREFLIGHT = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "range, if-range, if-match, if-none-match, if-modified-since, if-unmodified-since",
    "access-control-max-age": "86400",
}
"""Said to browsers that ask before they ask for a part, whatever it is a part of."""

ASK_FIRST = {"cache-control": "no-cache"}
"""May be kept, and is asked for again each time: there is a new one, or a 304."""

KEEP_FOR_AN_HOUR, KEEP_FOR_EVER = {"cache-control": "max-age=3600"}, {"cache-control": "max-age=31536000, immutable"}
"""A sound that changes gets another name, and an asset another address."""


def make_app(library_folder: Path, *, base_url: str, private: bool, adding: bool, asked: bool = True) -> Starlette:
    """The application: feeds, files and pages of a library.

    Args:
        base_url: where it is public, without a slash at its end.
        private: everything is under the token.
        adding: episodes can be added from the pages.
        asked: the base URL goes before what shows say of themselves; otherwise it is that of the server itself.

    Raises:
        LibraryError: the library cannot be used.
    """
    addresses = Addresses(base_url=base_url.rstrip("/"), asked=asked, private=private, adding=adding)
    desk = Desk(Library(library_folder), addresses)
    app = Starlette(
        routes=desk.routes(),
        middleware=[
            Middleware(
                Guard,
                headers=headers_for_all(private=private, adding=adding),
                find_token=desk.token if private else None,
            )
        ],
        exception_handlers={HTTPException: desk.refuse},
        lifespan=desk.open_hours,
    )
    app.router.redirect_slashes = False  # to an address taken from the Host header
    app.state.desk = desk
    return app


class Desk:
    """Where requests are answered."""

    def __init__(self, library: Library, addresses: Addresses) -> None:
        self._library, self._addresses = library, addresses
        self._documents = Documents(library, addresses)
        self._adding = Adding(library, addresses, self.token_of) if addresses.adding else None
        self._token, self._token_until_s = "", 0.0

    def routes(self) -> list[Route]:
        return [
            Route("/", self.show_home),
            Route("/index.html", self.show_home),
            Route(f"/{OPML}", self.send_opml),
            Route("/assets/{name}", self.send_asset),
            *(self._adding.routes() if self._adding else []),
            Route("/{show}", self.point_to_show),
            Route("/{show}/", self.show_show),
            Route("/{show}/{name}", self.send_file, methods=["GET", "OPTIONS"]),
        ]

    @asynccontextmanager
    async def open_hours(self, _: Starlette) -> AsyncIterator[None]:
        if self._adding:
            self._adding.open()
        try:
            yield
        finally:
            if self._adding:
                await run_in_threadpool(self._adding.close)
            await run_in_threadpool(self._library.close)

    async def base(self) -> str:
        """The beginning of all addresses."""
        return self._addresses.places(await self.token()).base

    def stop_streams(self) -> None:
        """Let answers end that would go on for ever."""
        if self._adding:
            self._adding.stop_streams()

    async def token_of(self, request: Request) -> str:
        """The token with which a request came in, else that of forms; empty where none is needed."""
        return request.scope.get(TOKEN) or await self.token()

    async def token(self) -> str:
        """The library's token as it was a second ago at most; empty where none is needed."""
        if not self._addresses.private and not self._addresses.adding:
            return ""
        if time.monotonic() >= self._token_until_s:
            self._token = await run_in_threadpool(self._library.token)
            self._token_until_s = time.monotonic() + TOKEN_S
        return self._token

    async def show_home(self, request: Request) -> Response:
        return self._answer(request, await self._documents.home(await self.token_of(request)))

    async def send_opml(self, request: Request) -> Response:
        return self._answer(request, await self._documents.opml(await self.token_of(request)), FOR_ALL_SITES)

    async def send_asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in ASSETS:
            raise HTTPException(404)
        asset = await run_in_threadpool(_read_asset, name)
        named = asset_address(Places(""), name).endswith(f"?{request.scope['query_string'].decode('latin-1')}")
        return self._answer(request, asset, KEEP_FOR_EVER if named else ASK_FIRST)

    async def point_to_show(self, request: Request) -> Response:
        """A show's page has a slash at its end, since what it names is named from there."""
        slug = request.path_params["show"]
        if await self._documents.contents(slug) is None:
            raise HTTPException(404)
        return Response(status_code=308, headers={"location": f"./{quote(slug)}/"})

    async def show_show(self, request: Request) -> Response:
        return await self._send_document(request, request.path_params["show"], "index.html")

    async def send_file(self, request: Request) -> Response:
        slug, name = request.path_params["show"], request.path_params["name"]
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=PREFLIGHT)
        if name.endswith(".html") or FEED.fullmatch(name):
            return await self._send_document(request, slug, name)
        contents = await self._documents.contents(slug)
        file = await run_in_threadpool(self._open, slug, name, contents) if contents else None
        if file is None:
            raise HTTPException(404)
        return self._answer(request, file, FOR_ALL_SITES | KEEP_FOR_AN_HOUR)

    async def _send_document(self, request: Request, slug: str, name: str) -> Response:
        document = await self._documents.of_show(slug, name, await self.token_of(request))
        if document is None:
            raise HTTPException(404)
        return self._answer(request, document, {} if document.media_type == HTML else FOR_ALL_SITES)

    def _open(self, slug: str, name: str, contents: Contents) -> OpenFile | None:
        """A file that the library lets anybody have."""
        path = self._library.file_named(slug, name)
        if path is None:
            return None
        entry = contents.by_sound.get(name)
        if entry is None:
            return open_file(path, media_type_of(name))
        return open_file(path, entry.media_type, digest=entry.digest, size_bytes=entry.size_bytes)

    def _answer(self, request: Request, content: Content, headers: Mapping[str, str] = ASK_FIRST) -> Response:
        headers = {**ASK_FIRST, **headers}
        if self._addresses.private:
            headers["cache-control"] = f"private, {headers['cache-control']}"
        return answer_with(content, request.headers, headers, method=request.method)

    async def refuse(self, request: Request, problem: Exception) -> Response:
        """What a client hears that asked for something wrong."""
        assert isinstance(problem, HTTPException)
        wanted = request.headers.get("accept", "")
        if problem.status_code != 404:
            headers = {"cache-control": "no-store", **(problem.headers or {})}
            if "application/json" in wanted:
                return JSONResponse({"message": problem.detail}, problem.status_code, headers)
            return PlainTextResponse(f"{problem.detail}\n", problem.status_code, headers)
        if "text/html" not in wanted:
            return nothing_here()
        page = not_found_page(self._addresses.places(await self.token_of(request)))
        return HTMLResponse(page, 404, {"cache-control": "no-store"})


def media_type_of(name: str) -> str:
    """What a file is, by its ending."""
    return next((kind for ending, kind in ENDINGS.items() if name.endswith(ending)), "application/octet-stream")


@cache
def _read_asset(name: str) -> Document:
    return make_document(ASSETS[name].read_bytes(), media_type_of(name))
