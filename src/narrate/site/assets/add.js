// The box that adds episodes: sends its form without leaving the page, and shows how far the queue has come.
"use strict";
(() => {
  const ASK_EVERY_MS = 2000; // where the server cannot tell by itself
  const PATIENCE_MS = 3000; // before it is asked

  const find = (selector, within = document) => within.querySelector(selector);
  const list = find("[data-queue]");
  if (!list) return;
  const row = find("[data-row]");
  const address = list.dataset.queue;

  // ---------------------------------------------------------- the list

  const stateWord = (job) => {
    if (job.state === "waiting") return "Waiting";
    if (job.state === "done") return job.message ? `Ready. ${job.message}` : "Ready";
    if (job.state === "failed") return job.message || "It failed";
    return job.total ? `${job.done} of ${job.total} sentences` : job.message || "Reading";
  };

  const rowOf = (job) => {
    const known = find(`[data-id="${Number(job.id)}"]`, list);
    if (known) return known;
    const made = row.content.firstElementChild.cloneNode(true);
    made.dataset.id = job.id;
    find("form", made).action = `${address}/${Number(job.id)}/forget`;
    list.append(made);
    return made;
  };

  const fill = (job) => {
    const made = rowOf(job);
    made.dataset.state = job.state;
    find(".job-name", made).textContent = job.title || job.name;
    const word = find("[data-state-word]", made);
    if (word.textContent !== stateWord(job)) word.textContent = stateWord(job);
    const link = find("a", made) ?? find(".job-state", made).appendChild(document.createElement("a"));
    link.hidden = !job.page;
    if (job.page) Object.assign(link, { href: job.page, textContent: "Listen" });
    const bar = find("progress", made);
    bar.hidden = job.state !== "working";
    if (job.total) Object.assign(bar, { max: job.total, value: job.done });
  };

  const show = ({ jobs }) => {
    const ours = jobs.filter((job) => !list.dataset.show || job.show === list.dataset.show);
    const ids = new Set(ours.map((job) => String(job.id)));
    for (const old of list.querySelectorAll("[data-id]")) if (!ids.has(old.dataset.id)) old.remove();
    ours.forEach(fill);
    list.hidden = ours.length === 0;
  };

  // ---------------------------------------------------------- how far it is: told by the server, or asked for

  let events = null;
  let timer = 0;

  const ask = async () => {
    const reply = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (reply?.ok) show(await reply.json());
  };

  const rest = () => {
    events?.close();
    events = null;
    clearInterval(timer);
    timer = 0;
  };

  const keepAsking = () => {
    rest();
    timer = setInterval(ask, ASK_EVERY_MS);
    ask();
  };

  // The first word comes at once, unless something between us and the server holds it back.
  const listen = () => {
    rest();
    events = new EventSource(`${address}/events`);
    timer = setTimeout(keepAsking, PATIENCE_MS);
    events.onmessage = (event) => {
      clearTimeout(timer);
      show(JSON.parse(event.data));
    };
    events.onerror = () => events?.readyState === EventSource.CLOSED && keepAsking();
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  addEventListener("pagehide", rest);
  listen();

  // ---------------------------------------------------------- sending

  const send = (form) =>
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });

  const reasonOf = async (reply) => {
    const said = await reply.text();
    try {
      return JSON.parse(said).message;
    } catch {
      return `The server answered ${reply.status}.`;
    }
  };

  const form = find("[data-add]");
  const say = (word) => (find("[data-add-word]").textContent = word);

  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    if (!data.get("address") && !data.get("text") && !data.get("file")?.name) return say("Give an address, a text or a file.");
    say("");
    const reply = await send(form).catch(() => null);
    if (!reply) return say("The server cannot be reached.");
    if (!reply.ok) return say(await reasonOf(reply));
    form.reset();
    return ask();
  });

  list.addEventListener("submit", async (event) => {
    event.preventDefault();
    await send(event.target).catch(() => null);
    await ask();
  });
})();
