// The player, the transcript that follows it, and the button that copies. The pages work without all of it.
"use strict";
(() => {
  const BACK_S = 15;
  const FORWARD_S = 30;
  const KEEP_EVERY_S = 2; // the position, while it plays
  const STEP_S = 5; // of the position bar, by arrow keys
  const HEARD_S = 10; // so near to its end an episode counts as heard

  const find = (selector, within = document) => within.querySelector(selector);
  const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

  // ---------------------------------------------------------- what is remembered in this browser

  const memory = {
    read(name) {
      try {
        return JSON.parse(localStorage.getItem(`narrate.${name}`));
      } catch {
        return null; // storage is closed to us, or holds something else
      }
    },
    write(name, value) {
      try {
        localStorage.setItem(`narrate.${name}`, JSON.stringify(value));
      } catch {
        // private windows and full disks: the page works, it only forgets
      }
    },
  };

  const positionOf = (guid) => memory.read(`position.${guid}`) ?? { at: 0, heard: false };

  // ---------------------------------------------------------- times as words

  const clock = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    const pad = (number) => String(number).padStart(2, "0");
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
  };

  const spokenTime = (seconds) => {
    const whole = Math.floor(seconds);
    const parts = [[Math.floor(whole / 3600), "hour"], [Math.floor(whole / 60) % 60, "minute"], [whole % 60, "second"]];
    const said = parts.filter(([number]) => number).map(([number, noun]) => `${number} ${noun}${number > 1 ? "s" : ""}`);
    return said.join(" ") || "0 seconds";
  };

  // Of times in order, the index of the last one that has come; -1 before the first.
  const lastBefore = (times, seconds) => {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] <= seconds) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  // ---------------------------------------------------------- the player

  class Player extends EventTarget {
    constructor(sound, dock) {
      super();
      this.sound = sound;
      this.dock = dock;
      this.bar = find("[data-position]", dock);
      this.track = null;
      this.dragging = false;
      this.keptAt = 0;
      this.#listenToSound();
      this.#listenToControls();
      this.#setSpeed(memory.read("speed") ?? 1);
    }

    // Take up an episode where it was left. {guid, length, title, show, author, cover, page, source}
    load(track) {
      this.keep();
      this.track = track;
      if (track.source) this.sound.src = track.source;
      const { at, heard } = positionOf(track.guid);
      this.#showLength();
      this.seek(heard ? 0 : at);
      this.dock.hidden = false;
      document.documentElement.classList.add("docked");
      this.#tellSystem();
    }

    get length() {
      return Number.isFinite(this.sound.duration) ? this.sound.duration : this.track?.length ?? 0;
    }

    get at() {
      return this.sound.currentTime;
    }

    play() {
      find("[data-word]", this.dock).textContent = "";
      this.sound.play().catch((problem) => {
        if (problem.name !== "AbortError") this.#fail();
      });
    }

    toggle() {
      if (this.sound.paused) this.play();
      else this.sound.pause();
    }

    seek(seconds) {
      this.sound.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.length - 0.1));
      this.#showTime();
    }

    skip(seconds) {
      this.seek(this.at + seconds);
    }

    keep() {
      if (!this.track) return;
      const heard = this.sound.ended || this.at > this.length - HEARD_S;
      if (this.at > 0) memory.write(`position.${this.track.guid}`, { at: this.at, heard });
      this.keptAt = this.at;
    }

    #listenToSound() {
      const on = (name, act) => this.sound.addEventListener(name, act);
      on("timeupdate", () => {
        this.#showTime();
        if (Math.abs(this.at - this.keptAt) > KEEP_EVERY_S) this.keep();
      });
      on("seeked", () => this.keep());
      on("loadedmetadata", () => this.#showLength());
      on("error", () => this.#fail());
      for (const name of ["play", "pause", "ended"]) on(name, () => this.#showState());
      on("ratechange", () => this.#tellPosition());
      addEventListener("pagehide", () => this.keep());
      document.addEventListener("visibilitychange", () => this.keep());
    }

    #listenToControls() {
      const acts = { toggle: () => this.toggle(), back: () => this.skip(-BACK_S), forward: () => this.skip(FORWARD_S) };
      for (const button of findAll("[data-do]")) button.addEventListener("click", acts[button.dataset.do]);
      this.bar.addEventListener("input", () => {
        this.dragging = true;
        this.#showTime(Number(this.bar.value));
      });
      this.bar.addEventListener("change", () => {
        this.dragging = false;
        this.seek(Number(this.bar.value));
      });
      const steps = { ArrowLeft: -STEP_S, ArrowDown: -STEP_S, ArrowRight: STEP_S, ArrowUp: STEP_S };
      this.bar.addEventListener("keydown", (event) => {
        if (!(event.key in steps)) return;
        event.preventDefault();
        this.skip(steps[event.key]);
      });
      find("[data-speed]", this.dock).addEventListener("change", (event) => {
        this.#setSpeed(Number(event.target.value));
        memory.write("speed", Number(event.target.value));
      });
    }

    #setSpeed(speed) {
      const select = find("[data-speed]", this.dock);
      if (![...select.options].some((option) => Number(option.value) === speed)) return;
      select.value = String(speed);
      this.sound.defaultPlaybackRate = speed; // lasts when another episode is loaded
      this.sound.playbackRate = speed;
    }

    #showLength() {
      this.bar.max = String(this.length);
      find("[data-of]", this.dock).textContent = clock(this.length);
      this.#showTime();
    }

    #showTime(dragged) {
      const at = dragged ?? this.at;
      if (this.dragging && dragged === undefined) return;
      this.bar.value = String(at);
      this.bar.style.setProperty("--gone", `${this.length ? (100 * at) / this.length : 0}%`);
      this.bar.setAttribute("aria-valuetext", `${spokenTime(at)} of ${spokenTime(this.length)}`);
      find("[data-at]", this.dock).textContent = clock(at);
      this.#tellPosition();
      this.dispatchEvent(new Event("time"));
    }

    #showState() {
      const playing = !this.sound.paused && !this.sound.ended;
      for (const button of findAll('[data-do="toggle"]')) {
        button.classList.toggle("playing", playing);
        const word = find("[data-toggle-word]", button);
        if (word) word.textContent = playing ? "Pause" : "Listen";
        else button.setAttribute("aria-label", playing ? "Pause" : "Play");
      }
      this.keep();
      this.dispatchEvent(new Event("state"));
    }

    #fail() {
      find("[data-word]", this.dock).textContent = "The sound cannot be loaded.";
    }

    // Keys, headphones and lock screens of the system.
    #tellSystem() {
      const session = navigator.mediaSession;
      if (!session) return;
      const { title, show, author, cover } = this.track;
      const artwork = cover ? [{ src: new URL(cover, document.baseURI).href }] : [];
      session.metadata = new MediaMetadata({ title, artist: author || show, album: show, artwork });
      const acts = {
        play: () => this.play(),
        pause: () => this.sound.pause(),
        seekbackward: (details) => this.skip(-(details.seekOffset ?? BACK_S)),
        seekforward: (details) => this.skip(details.seekOffset ?? FORWARD_S),
        seekto: (details) => this.seek(details.seekTime),
      };
      for (const [name, act] of Object.entries(acts)) {
        try {
          session.setActionHandler(name, act);
        } catch {
          // an action that this browser does not know
        }
      }
    }

    #tellPosition() {
      if (!navigator.mediaSession?.setPositionState || !(this.length > 0)) return;
      const [duration, playbackRate] = [this.length, this.sound.playbackRate];
      navigator.mediaSession.setPositionState({ duration, playbackRate, position: Math.min(this.at, duration) });
    }
  }

  // ---------------------------------------------------------- chapters

  const showChapters = (player, links) => {
    const times = links.map((link) => Number(link.dataset.t));
    for (const link of links) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into another tab
        event.preventDefault();
        player.seek(Number(link.dataset.t));
        player.play();
      });
    }
    player.addEventListener("time", () => {
      const now = player.at > 0 ? lastBefore(times, player.at + 0.05) : -1;
      links.forEach((link, index) => {
        if (index === now) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    });
  };

  // ---------------------------------------------------------- the transcript

  class Transcript {
    constructor(player, words, follow) {
      this.player = player;
      this.follow = follow;
      this.sentences = findAll("[data-t]", words);
      this.times = this.sentences.map((sentence) => Number(sentence.dataset.t));
      this.now = -1;
      this.following = true;
      this.gliding = false;
      words.addEventListener("click", (event) => this.#jump(event));
      follow.addEventListener("click", () => this.#resume());
      player.addEventListener("time", () => this.mark());
      player.addEventListener("state", () => this.#offer());
      this.#watchReader();
    }

    // Jump so many sentences on, or back.
    step(number) {
      const to = Math.min(Math.max(0, this.now + number), this.sentences.length - 1);
      this.player.seek(this.times[to]);
    }

    #jump(event) {
      const sentence = event.target.closest("[data-t]");
      if (!sentence || !getSelection().isCollapsed) return; // words are being selected
      this.following = true;
      this.player.seek(Number(sentence.dataset.t));
      this.player.play();
    }

    // Show which sentence is heard.
    mark() {
      const now = this.player.at > 0 ? lastBefore(this.times, this.player.at + 0.05) : -1;
      if (now === this.now) return;
      this.sentences[this.now]?.classList.remove("now");
      this.sentences[now]?.classList.add("now");
      this.now = now;
      if (this.following && !this.player.sound.paused) this.#glide();
      this.#offer();
    }

    // Scroll, where the sentence has left the middle of what is seen.
    #glide() {
      const sentence = this.sentences[this.now];
      if (!sentence) return;
      const { top, bottom } = sentence.getBoundingClientRect();
      if (top > innerHeight * 0.15 && bottom < innerHeight * 0.6) return;
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.gliding = true;
      clearTimeout(this.glide);
      this.glide = setTimeout(() => (this.gliding = false), 1200);
      scrollBy({ top: top - innerHeight * 0.28, behavior: calm ? "instant" : "smooth" });
    }

    // Whoever scrolls the spoken sentence out of sight reads elsewhere, until it comes into sight again.
    #watchReader() {
      for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
        addEventListener(name, () => (this.gliding = false), { passive: true });
      }
      addEventListener("scrollend", () => (this.gliding = false));
      addEventListener("scroll", () => {
        if (!this.gliding && this.now >= 0) this.following = this.#isSeen();
        this.#offer();
      }, { passive: true });
    }

    #isSeen() {
      const { top, bottom } = this.sentences[this.now].getBoundingClientRect();
      return bottom > 0 && top < innerHeight - this.player.dock.offsetHeight;
    }

    #resume() {
      this.following = true;
      this.#glide();
      this.#offer();
    }

    #offer() {
      this.follow.hidden = this.following || this.now < 0 || this.player.sound.paused;
    }
  }

  // Underlines the word that is heard, where the voice has told when it says each. The browser draws that over the
  // text: no element is added, and nothing moves.
  class SpokenWord {
    constructor(player, transcript) {
      this.player = player;
      this.transcript = transcript;
      this.drawn = new Highlight();
      this.shown = "";
      CSS.highlights.set("spoken-word", this.drawn);
      player.addEventListener("time", () => this.#show());
      player.addEventListener("state", () => this.#run());
    }

    #run() {
      cancelAnimationFrame(this.frame);
      this.#show();
      if (!this.player.sound.paused) this.frame = requestAnimationFrame(() => this.#run());
    }

    #show() {
      this.transcript.mark();
      const sentence = this.transcript.sentences[this.transcript.now];
      const numbers = sentence?.dataset.w?.split(" ").map(Number) ?? [];
      const times = numbers.filter((_, index) => index % 3 === 2);
      const word = lastBefore(times, this.player.at - Number(sentence?.dataset.t));
      const shown = `${this.transcript.now} ${word}`;
      if (shown === this.shown) return;
      this.shown = shown;
      this.drawn.clear();
      if (word >= 0) this.drawn.add(this.#range(sentence.firstChild, numbers[3 * word], numbers[3 * word + 1]));
    }

    #range(text, start, end) {
      const range = new Range();
      range.setStart(text, start);
      range.setEnd(text, end);
      return range;
    }
  }

  // ---------------------------------------------------------- keys

  const useKeys = (player, transcript) => {
    const box = find("[data-keys]");
    if (!box) return;
    box.checked = memory.read("keys") ?? true;
    box.addEventListener("change", () => memory.write("keys", box.checked));
    const acts = {
      " ": () => player.toggle(),
      k: () => player.toggle(),
      j: () => player.skip(-BACK_S),
      ArrowLeft: () => player.skip(-BACK_S),
      l: () => player.skip(FORWARD_S),
      ArrowRight: () => player.skip(FORWARD_S),
      ",": () => transcript?.step(-1),
      ".": () => transcript?.step(1),
    };
    const own = { " ": "button, a, summary, input, select, textarea", ArrowLeft: "input, select", ArrowRight: "input, select" };
    const typing = "input:not([type=range], [type=checkbox]), select, textarea";
    addEventListener("keydown", (event) => {
      const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act || !box.checked || !player.track) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target.closest?.(typing) || event.target.closest?.(own[event.key] ?? "none")) return;
      event.preventDefault();
      act();
    });
  };

  // ---------------------------------------------------------- a page of an episode

  const trackOf = ({ guid, length, title, show, author, cover, page }, source) => ({
    guid, length: Number(length), title, show, author, cover, page, source,
  });

  const momentAsked = () => {
    const asked = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    return asked ? Number(asked[1]) : null;
  };

  const openEpisode = (sound, dock) => {
    sound.controls = false;
    const player = new Player(sound, dock);
    showChapters(player, findAll(".chapters [data-t]"));
    const words = find("[data-words]");
    const transcript = words ? new Transcript(player, words, find("[data-follow]")) : null;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (transcript && window.Highlight && CSS.highlights && !calm) new SpokenWord(player, transcript);
    useKeys(player, transcript);
    player.load(trackOf(sound.dataset));
    const goThere = () => momentAsked() !== null && player.seek(momentAsked());
    goThere();
    addEventListener("hashchange", goThere);
  };

  // ---------------------------------------------------------- a page of a show

  const showProgress = (episode) => {
    const { at, heard } = positionOf(episode.dataset.guid);
    const word = find("[data-progress]", episode);
    const left = Math.max(1, Math.round((Number(episode.dataset.length) - at) / 60));
    word.textContent = heard ? "Heard" : `${left} min left`;
    word.hidden = !heard && at < 5;
  };

  const openShow = (sound, dock) => {
    const player = new Player(sound, dock);
    const episodes = findAll("[data-guid]");
    const isOn = (episode) => player.track?.guid === episode.dataset.guid;
    for (const episode of episodes) {
      const link = find("[data-play]", episode);
      link.setAttribute("role", "button"); // it no longer leads anywhere
      link.addEventListener("keydown", (event) => event.key === " " && (event.preventDefault(), link.click()));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        if (isOn(episode)) return player.toggle();
        sound.pause();
        player.load(trackOf({ ...link.dataset, ...episode.dataset }, link.href));
        Object.assign(find("[data-now]", dock), { href: link.dataset.page, textContent: link.dataset.title });
        return player.play();
      });
      showProgress(episode);
    }
    player.addEventListener("state", () => {
      for (const episode of episodes) {
        const playing = isOn(episode) && !sound.paused;
        episode.classList.toggle("playing", playing);
        find("[data-play]", episode).setAttribute("aria-label", `${playing ? "Pause" : "Play"} ${find("[data-play]", episode).dataset.title}`);
        showProgress(episode);
      }
    });
    useKeys(player, null);
  };

  // ---------------------------------------------------------- copying

  const copy = async (field) => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // pages without TLS have no clipboard of their own
    }
  };

  const offerCopy = (button) => {
    button.addEventListener("click", async () => {
      await copy(document.getElementById(button.dataset.copy));
      button.textContent = "Copied";
      find("[data-copied]").textContent = "The address is copied.";
      setTimeout(() => {
        button.textContent = "Copy";
        find("[data-copied]").textContent = "";
      }, 2500);
    });
  };

  findAll("[data-copy]").forEach(offerCopy);
  const [sound, dock] = [find("[data-sound]"), find("[data-dock]")];
  if (sound && dock) (sound.dataset.guid ? openEpisode : openShow)(sound, dock);
})();
