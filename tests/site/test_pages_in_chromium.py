"""The pages in a real browser: heard, sought in, left and taken up again, and judged by axe."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest
from made_up import Spoken, hosting, make_cues, make_entry, publish
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, ViewportSize, expect, sync_playwright

from conftest import ROOT
from narrate.places import Places
from narrate.site.pages import add_page, entry_page, not_found_page, show_page
from narrate.types import Chapter

pytestmark = pytest.mark.clients

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

PAGES = {
    "show": "long-path/",
    "show-older": "long-path/page-2.html",
    "episode": "long-path/on-walking-slowly.html",
    "shows": "",
    "adding": "long-path/adding.html",
    "bookmark": "long-path/add.html",
    "nothing": "long-path/nothing.html",
    "arabic": "long-path/arabic.html",
}

SHOTS = ["show", "episode", "shows", "adding"]

NARROW, WIDE = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)

MOST_MS = 10_000
"""Nothing on a page takes longer."""

ADDED_MS = 60_000
"""Within which a short text is an episode, on a busy machine."""


def lack(reason: str) -> None:
    """CI installs everything and never skips this."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}, and CI never skips this")
    pytest.skip(f"{reason}; .ci/run installs it")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        lack("chromium is not installed")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    """A show's folder, with some pages of a server beside it."""
    found = publish(tmp_path_factory.mktemp("static"))
    folder, places = found.root / "long-path", Places("http://127.0.0.1:8421", "k3y")
    arabic = make_entry(
        slug="arabic",
        title="ليلة في المدينة القديمة",
        language="ar",
        file=found.entry.file,
        chapters=(Chapter(title="البداية", start_s=0, end_s=2),),
    )
    for name, page in {
        "adding": show_page(found.show, [found.entry], places, adding=True),
        "add": add_page(found.show, places, address="https://example.org/tale", title="A tale"),
        "nothing": not_found_page(Places("")),
        "arabic": entry_page(found.show, arabic, make_cues("كانت المدينة نائمة.", "قال الحارس: من هناك؟"), places),
    }.items():
        (folder / f"{name}.html").write_text(page, "utf-8")
    return found


@pytest.fixture(scope="module")
def host(spoken: Spoken) -> Iterator[str]:
    with hosting(spoken.root) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been here."""
    fresh = browser.new_context(viewport=WIDE)
    fresh.set_default_timeout(MOST_MS)
    yield fresh
    fresh.close()


@pytest.fixture
def page(context: BrowserContext, host: str) -> Iterator[Page]:
    """The page of the spoken episode; whatever the console says against it fails the test."""
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda problem: complaints.append(str(problem)))
    opened.goto(f"{host}/{PAGES['episode']}")
    opened.wait_for_function("() => document.querySelector('audio').readyState > 0")
    yield opened
    assert complaints == []


def at(page: Page) -> float:
    """Where the sound is, in seconds."""
    found: float = page.evaluate("document.querySelector('audio').currentTime")
    return found


def is_playing(page: Page) -> bool:
    found: bool = page.evaluate("!document.querySelector('audio').paused")
    return found


def wait_until_heard(page: Page, after_s: float, within_s: float = 5.0) -> None:
    """Wait until it plays, at a time or up to so many seconds after it."""
    page.wait_for_function(
        """([after, before]) => {
            const sound = document.querySelector('audio');
            return !sound.paused && sound.currentTime > after && sound.currentTime < before;
        }""",
        arg=[after_s, after_s + within_s],
    )


def wait_until_at(page: Page, seconds: float) -> None:
    page.wait_for_function(
        "s => Math.abs(document.querySelector('audio').currentTime - s) < 0.3", arg=seconds, timeout=5000
    )


def marked(page: Page) -> Locator:
    return page.locator("[data-words] .now")


def test_it_plays_and_pauses(page: Page, spoken: Spoken) -> None:
    page.get_by_role("button", name="Listen").click()
    wait_until_heard(page, 0.5)
    page.locator("[data-dock]").get_by_role("button", name="Pause").click()
    assert not is_playing(page)
    assert abs(page.evaluate("document.querySelector('audio').duration") - spoken.entry.duration_s) < 0.1
    assert page.locator("[data-of]").inner_text() == "1:38"


def test_the_bar_seeks_to_four_fifths(page: Page, spoken: Spoken) -> None:
    page.get_by_role("button", name="Listen").click()
    bar = page.get_by_role("slider", name="Position")
    box = bar.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    wait_until_heard(page, 0.8 * spoken.entry.duration_s - 1.5)
    assert bar.get_attribute("aria-valuetext", timeout=1000) is not None
    assert "of 1 minute 38 seconds" in (bar.get_attribute("aria-valuetext") or "")


def test_a_chapter_is_jumped_to_and_marked(page: Page, spoken: Spoken) -> None:
    chapter = spoken.chapters[2]
    page.get_by_role("link", name=chapter.title).click()
    wait_until_heard(page, chapter.start_s)
    expect(page.locator(".chapters [aria-current]")).to_have_text(f"1:07{chapter.title}")


def test_a_sentence_is_jumped_to_and_marked(page: Page, spoken: Spoken) -> None:
    cue = next(cue for cue in spoken.cues if cue.text.startswith("A place is not"))
    page.get_by_text(cue.text).click()
    wait_until_heard(page, cue.start_s)
    expect(marked(page)).to_have_text(cue.text)


def test_the_mark_goes_from_sentence_to_sentence(page: Page, spoken: Spoken) -> None:
    story = [cue for cue in spoken.cues if cue.text.startswith(("There are two", "One is to get"))]
    page.get_by_text(story[0].text, exact=True).click()
    expect(marked(page)).to_have_text(story[0].text)
    expect(marked(page)).to_have_text(story[1].text, timeout=10_000)


SPOKEN_WORDS = "[...(CSS.highlights.get('spoken-word') ?? [])].map(String)"


def test_the_word_that_is_heard_is_underlined_and_nothing_moves(page: Page, spoken: Spoken) -> None:
    cue = next(cue for cue in spoken.cues if len(cue.words) > 8)
    height = page.evaluate("document.documentElement.scrollHeight")
    for word in (cue.words[3], cue.words[6]):
        middle_s = (word.start_s + word.end_s) / 2
        page.evaluate(f"document.querySelector('audio').currentTime = {middle_s}")
        page.wait_for_function(f"word => {SPOKEN_WORDS}[0] === word", arg=cue.text[word.start : word.end])
    assert len(page.evaluate(SPOKEN_WORDS)) == 1
    assert page.evaluate("document.documentElement.scrollHeight") == height


def test_underlined_words_go_on_while_it_plays(page: Page, spoken: Spoken) -> None:
    cue = next(cue for cue in spoken.cues if len(cue.words) > 8)
    page.evaluate(
        f"document.querySelector('audio').currentTime = {cue.start_s}; document.querySelector('audio').play()"
    )
    for word in cue.words[2:6]:
        page.wait_for_function(f"word => {SPOKEN_WORDS}[0] === word", arg=cue.text[word.start : word.end])


def test_no_word_is_underlined_for_whoever_wants_less_motion(context: BrowserContext, host: str) -> None:
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{host}/{PAGES['episode']}")
    page.evaluate("document.querySelector('audio').currentTime = 5")
    expect(page.locator("[data-t].now")).to_have_count(1)
    assert page.evaluate("CSS.highlights.size") == 0


def test_selecting_words_jumps_nowhere(page: Page) -> None:
    page.get_by_text("A place is not a thing you look at.").dblclick()
    page.evaluate("document.querySelector('audio').pause()")
    before_s = at(page)
    page.get_by_text("Leave early.").evaluate("node => getSelection().selectAllChildren(node)")
    page.get_by_text("Leave early.").dispatch_event("click")
    assert at(page) == before_s


def test_the_words_follow_the_sound_until_the_reader_scrolls_away(page: Page) -> None:
    page.get_by_role("link", name="The objection").click()
    page.wait_for_function("() => scrollY > 300")
    expect(page.locator("[data-follow]")).to_be_hidden()
    page.wait_for_timeout(1300)
    page.mouse.wheel(0, -5000)
    expect(page.locator("[data-follow]")).to_be_visible()
    page.get_by_role("link", name="Coming home").click()
    wait_until_heard(page, 82)
    page.wait_for_timeout(400)
    assert page.evaluate("scrollY") == 0
    page.locator("[data-follow]").click()
    page.wait_for_function("() => scrollY > 300")
    expect(page.locator("[data-follow]")).to_be_hidden()


def test_it_goes_on_where_it_was_left(page: Page, host: str) -> None:
    page.get_by_text("Leave early.").click()
    wait_until_heard(page, 80, 18)
    page.get_by_role("combobox", name="Speed").select_option("1.3")
    left_s = at(page)
    page.reload()
    wait_until_at(page, at(page))
    assert abs(at(page) - left_s) < 3
    assert not is_playing(page)
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.3
    page.goto(f"{host}/{PAGES['show']}")
    expect(page.locator("[data-progress]").first).to_have_text("1 min left")


def test_an_address_may_name_the_moment(page: Page, host: str) -> None:
    page.goto(f"{host}/{PAGES['episode']}#t=30.5")
    wait_until_at(page, 30.5)
    page.evaluate("location.hash = '#t=12'")
    wait_until_at(page, 12)


def test_keys_play_skip_and_step(page: Page, spoken: Spoken) -> None:
    page.keyboard.press("l")
    wait_until_at(page, 30)
    page.keyboard.press("j")
    wait_until_at(page, 15)
    page.keyboard.press("ArrowRight")
    wait_until_at(page, 45)
    page.keyboard.press("ArrowLeft")
    wait_until_at(page, 30)
    page.keyboard.press(".")
    following_s = next(cue.start_s for cue in spoken.cues if cue.start_s > 30.1)
    wait_until_at(page, following_s)
    page.keyboard.press(",")
    wait_until_at(page, max(cue.start_s for cue in spoken.cues if cue.start_s <= 30))
    page.keyboard.press(" ")
    wait_until_heard(page, 20, 20)
    page.keyboard.press("k")
    assert not is_playing(page)


def test_keys_can_be_switched_off_and_stay_so(page: Page) -> None:
    box = page.get_by_role("checkbox", name="Use these keys")
    box.uncheck()
    page.reload()
    page.keyboard.press("l")
    page.wait_for_timeout(200)
    assert at(page) == 0
    expect(box).not_to_be_checked()


def test_everything_is_reached_and_worked_by_keyboard(page: Page) -> None:
    page.get_by_role("slider", name="Position").focus()
    page.keyboard.press("ArrowRight")
    wait_until_at(page, 5)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.speed") == ""
    page.get_by_role("link", name="The objection").focus()
    page.keyboard.press("Enter")
    wait_until_heard(page, 67)
    outline: str = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_system_is_told_what_plays(page: Page) -> None:
    told = (
        "(() => { const m = navigator.mediaSession.metadata; return [m.title, m.artist, m.album, m.artwork.length] })()"
    )
    assert page.evaluate(told) == ["On Walking Slowly", "Perpetua Lind", "The Long Path", 1]


def test_a_sound_that_is_gone_is_told(context: BrowserContext, host: str, spoken: Spoken) -> None:
    gone = make_entry(slug="gone", file="gone.mp3")
    (spoken.root / "long-path" / "gone.html").write_text(entry_page(spoken.show, gone, (), Places(host)), "utf-8")
    page = context.new_page()
    page.goto(f"{host}/long-path/gone.html")
    expect(page.get_by_text("The sound cannot be loaded.")).to_be_visible()


def test_episodes_play_on_the_page_of_the_show(context: BrowserContext, host: str) -> None:
    page = context.new_page()
    page.goto(f"{host}/{PAGES['show']}")
    expect(page.locator("[data-dock]")).to_be_hidden()
    page.get_by_role("button", name="Play On Walking Slowly").click()
    wait_until_heard(page, 0.3)
    expect(page.locator("[data-now]")).to_have_attribute("href", "../long-path/on-walking-slowly.html")
    page.get_by_role("button", name="Play What the Bees Decide").first.click()
    expect(page.locator("[data-now]")).to_have_text("What the Bees Decide")
    wait_until_heard(page, 0)
    page.get_by_role("button", name="Pause What the Bees Decide").click()
    assert not is_playing(page)


def test_the_feeds_address_is_copied(context: BrowserContext, host: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{host}/{PAGES['show']}")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("[data-copied]")).to_have_text("The address is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == "https://pods.example.org/long-path/feed.xml"


def test_the_chosen_colours_are_remembered(context: BrowserContext, host: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme="light")
    page.goto(f"{host}/{PAGES['shows']}")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    switch = page.get_by_role("button", name="Dark colours")
    switch.click()
    dark = page.evaluate(paper)
    assert dark != light
    page.goto(f"{host}/{PAGES['show']}")
    assert page.evaluate(paper) == dark
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(paper) == dark  # back to what the system says


def test_without_scripts_all_is_there(browser: Browser, host: str, spoken: Spoken) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host}/{PAGES['episode']}")
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(page.locator("[data-dock]")).to_be_hidden()
    for dead in page.locator("button, .keys").all():
        expect(dead).to_be_hidden()
    expect(page.get_by_text(spoken.cues[-2].text)).to_be_visible()
    page.get_by_role("link", name="The Long Path").click()
    expect(page.get_by_role("textbox", name="Address of the feed")).to_have_value(
        "https://pods.example.org/long-path/feed.xml"
    )
    page.get_by_role("link", name="Older").click()
    expect(page).to_have_title("The Long Path – page 2")
    page.get_by_role("link", name="Newer").click()
    page.get_by_role("link", name="On Walking Slowly", exact=True).click()
    page.get_by_role("link", name="The objection").click()
    objection = next(chapter for chapter in spoken.chapters if chapter.title == "The objection")
    page.wait_for_url(f"**/on-walking-slowly.mp3#t={objection.start_s:.3f}")
    context.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A private server, on which episodes can be added, with an empty show; its base, with the token in it."""
    with serving(tmp_path, private=True) as base:
        yield base


@pytest.fixture
def open_server(tmp_path: Path) -> Iterator[str]:
    """The same one without a token."""
    with serving(tmp_path, private=False) as base:
        yield base


@contextmanager
def serving(tmp_path: Path, *, private: bool) -> Iterator[str]:
    """The real server in a process of its own."""
    code = """
import os, sys
from pathlib import Path
from made_up import make_show
from narrate.library.library import Library
from narrate.server.run import serve
folder = Path(sys.argv[1])
with Library(folder) as library:
    library.create_show(make_show(artwork=None))
tell = lambda base: print(base, flush=True)
serve(folder, host="127.0.0.1", port=0, base_url=None, private=sys.argv[2] == "private", adding=True, on_ready=tell)
"""
    found = {"PYTHONPATH": f"{ROOT / 'tests'}:{Path(__file__).parent}", "NARRATE_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-c", code, str(tmp_path / "library"), "private" if private else "open"]
    with subprocess.Popen(command, env=os.environ | found, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        yield running.stdout.readline().strip()
        running.terminate()


def test_a_pasted_text_becomes_an_episode_while_one_watches(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(f"{server}/long-path/")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-add-word]")).to_have_text("Give an address, a text or a file.")
    page.get_by_text("Paste a text, or choose a file").click()
    page.get_by_role("textbox", name="Title").fill("The <b>Lamp</b>")
    page.get_by_role("textbox", name="Text").fill("The lamp is lit. Nobody has seen it.")
    page.get_by_role("button", name="Add", exact=True).click()
    job = page.get_by_role("listitem").filter(has_text="The <b>Lamp</b>")
    job.get_by_role("link", name="Listen").click(timeout=ADDED_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("The <b>Lamp</b>")
    page.get_by_role("button", name="Listen").click()
    wait_until_heard(page, 0.5)
    page.get_by_role("link", name="The Long Path").click()
    page.get_by_role("button", name="Take off the list").click()
    expect(job).to_have_count(0)


def test_what_is_refused_says_why(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(f"{server}/long-path/")
    page.get_by_role("textbox", name="Address of an article").fill("ftp://example.org/tale")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("[data-add-word]")).to_have_text(
        "This is no address of a web page. It begins with https:// or http://."
    )
    expect(page.locator(".job")).to_have_count(0)


def test_what_cannot_be_had_says_why(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    page.goto(f"{server}/long-path/")
    page.get_by_role("textbox", name="Address of an article").fill("http://127.0.0.1:1/tale")
    page.get_by_role("button", name="Add", exact=True).click()
    job = page.locator(".job[data-state='failed']")
    expect(job).to_contain_text("127.0.0.1", timeout=ADDED_MS)


@pytest.mark.parametrize("answer", [404, None])
def test_the_queue_is_asked_for_where_nobody_tells_it(context: BrowserContext, server: str, answer: int | None) -> None:
    def keep_from_us(route: Route) -> None:
        route.fulfill(status=answer) if answer else None  # or let it wait for ever

    page = context.new_page()
    page.route("**/queue/events", keep_from_us)
    page.goto(f"{server}/long-path/")
    other = context.new_page()
    other.goto(f"{server}/long-path/add?address=http://127.0.0.1:1/tale")
    other.get_by_role("button", name="Add").click()
    expect(page.locator(".job-name")).to_have_text("http://127.0.0.1:1/tale")
    expect(page.locator(".job")).to_have_attribute("data-state", "failed", timeout=ADDED_MS)
    page.unroute_all(behavior="ignoreErrors")


def test_without_scripts_the_bookmark_adds_too(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/long-path/add?address=http://127.0.0.1:1/tale&title=A+tale")
    expect(page.get_by_text("A tale")).to_be_visible()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(f"{server}/long-path/")
    expect(page.locator(".job-name")).to_have_text("http://127.0.0.1:1/tale")
    context.close()


def test_the_bookmark_asks_about_the_page_being_read(context: BrowserContext, host: str, open_server: str) -> None:
    page = context.new_page()
    page.goto(f"{open_server}/long-path/")
    mark = page.locator(".bookmark").get_attribute("href") or ""
    page.goto(f"{host}/{PAGES['shows']}")
    with context.expect_page() as opened:
        page.evaluate(unquote(mark.removeprefix("javascript:")))
    expect(opened.value.get_by_role("textbox", name="Address")).to_have_value(f"{host}/")
    expect(opened.value.locator(".asked")).to_have_text("Shows")


def test_nothing_is_asked_of_other_hosts_and_the_policy_blocks_nothing(context: BrowserContext, host: str) -> None:
    page = context.new_page()
    asked: list[str] = []
    blocked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: blocked.append(message.text) if "Policy" in message.text else None)
    for name in ("show", "episode", "shows", "bookmark"):
        page.goto(f"{host}/{PAGES[name]}")
        page.wait_for_load_state("networkidle")
    assert len(asked) > 10
    assert [address for address in asked if not address.startswith((host, "data:"))] == []
    assert blocked == []


@pytest.mark.parametrize("width", [320, 390, 700, 1000, 1280])
def test_no_page_is_wider_than_its_window(context: BrowserContext, host: str, width: int) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 700})
    for name in PAGES:
        page.goto(f"{host}/{PAGES[name]}")
        for closed in page.locator("details").all():
            closed.evaluate("node => node.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_calm_is_kept_where_it_is_asked_for(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    moving = """[...document.querySelectorAll('*')].filter(node => {
        const style = getComputedStyle(node);
        return style.scrollBehavior === 'smooth' || style.transitionDuration !== '0s' || style.animationName !== 'none';
    }).length"""
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(context: BrowserContext, host: str, theme: str) -> None:
    where = os.environ.get("NARRATE_AXE")
    if not where:
        lack("NARRATE_AXE does not name the file axe.min.js of the npm package axe-core")
        return
    axe, page = Path(where).read_text("utf-8"), context.new_page()
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    for name, path in PAGES.items():
        page.goto(f"{host}/{path}")
        bring_to_life(page, name)
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        said = [
            (found["id"], node["html"], node["failureSummary"])
            for found in found["violations"]
            for node in found["nodes"]
        ]
        assert said == [], name
        assert len(found["passes"]) > 10


def bring_to_life(page: Page, name: str) -> None:
    """Open and play what there is, so that it is judged as well."""
    for closed in page.locator("details").all():
        closed.evaluate("node => node.open = true")
    if name == "show":
        page.get_by_role("button", name="Play On Walking Slowly").click()
        wait_until_heard(page, 0)
    elif name == "episode":
        page.get_by_text("A place is not a thing you look at.").click()
        wait_until_heard(page, 40, 25)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", SHOTS)
def test_pages_are_shown(browser: Browser, host: str, tmp_path: Path, name: str, theme: str) -> None:
    folder = Path(os.environ.get("NARRATE_ARTEFACTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    for size in (NARROW, WIDE):
        page = browser.new_page(
            viewport=size,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        page.goto(f"{host}/{PAGES[name]}")
        bring_to_life(page, name)
        shot = page.screenshot(path=folder / f"{name}-{theme}-{size['width']}.png")
        assert shot.startswith(b"\x89PNG")
        page.close()
