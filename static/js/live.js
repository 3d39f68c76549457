// Keeps the live parts of a page (components/live.html) as they are now. The live process sends each part's newest state
// whole, so nothing is lost with a line: what is new comes with the next one. While there is none, the page asks the
// server itself every few seconds. A page that nobody looks at listens no more until somebody does.

const ASK_MS = 5000;
const LISTEN_AGAIN_MS = 30_000;
const HIDDEN_MS = 30_000;
const GIVE_UP_MS = 4000; // without a line, until the page asks
const DRAGGED_MS = 300; // a list whose item is being dragged stays until it is dropped
// What a person wrote, ticked, chose or opened in a part stays: attribute -> of which elements.
const KEPT = { value: "input:not([type=hidden]), textarea", checked: "input", selected: "option", open: "details" };

const state = document.querySelector("[data-live-stream]");
const parts = [...document.querySelectorAll("[data-live]")];
let source = null;
let asking = null; // the timer of the next question
let again = null;
let hidden = null;

function address(path) {
  const url = new URL(path, location.href);
  for (const part of parts) url.searchParams.append("part", part.dataset.live);
  url.searchParams.set("language", document.documentElement.lang);
  return url;
}

function marks() {
  return parts.map((part) => part.dataset.liveMark).join(",");
}

function say(text) {
  if (state.textContent !== text) state.textContent = text;
}

function beforeAttributeUpdated(name, element) {
  return !(KEPT[name] && element.matches(KEPT[name]));
}

function show(name, html) {
  if (document.querySelector("[data-live] .sortable-chosen")) {
    setTimeout(show, DRAGGED_MS, name, html);
    return;
  }
  for (const part of parts)
    if (part.dataset.live === name)
      Idiomorph.morph(part, html, { morphStyle: "innerHTML", callbacks: { beforeAttributeUpdated } });
}

function mark(text) {
  text.split(",").forEach((one, place) => {
    parts[place].dataset.liveMark = one;
  });
}

// What somebody may no longer see does not stay on their screen.
function gone() {
  close();
  parts.splice(0).forEach((part) => part.replaceChildren());
  say(state.dataset.goneText);
}

function close() {
  source?.close();
  source = null;
  for (const timer of [asking, again]) clearTimeout(timer);
  asking = again = null;
}

async function ask() {
  let answer;
  let states = [];
  try {
    answer = await fetch(address(state.dataset.liveNow), {
      headers: { "If-None-Match": `"${marks()}"` },
      cache: "no-store",
    });
    if (answer.ok) states = await answer.json();
  } catch {
    answer = null;
  }
  if (asking === null || !parts.length) return; // there is a line again
  if (answer && [401, 403, 404].includes(answer.status)) {
    gone();
    return;
  }
  if (answer?.ok) {
    for (const { part, html } of states) show(part, html);
    mark(answer.headers.get("ETag").replace(/^W\/|"/g, ""));
  }
  say(answer?.ok || answer?.status === 304 ? "" : state.dataset.lostText);
  asking = setTimeout(ask, ASK_MS);
}

function askSoon(wait) {
  asking ??= setTimeout(ask, wait);
}

function listen() {
  close();
  const url = address(state.dataset.liveStream);
  url.searchParams.set("last", marks());
  source = new EventSource(url, { withCredentials: true });
  askSoon(GIVE_UP_MS);
  source.addEventListener("open", () => {
    clearTimeout(asking);
    asking = null;
    say("");
  });
  source.addEventListener("message", (event) => {
    const { part, html } = JSON.parse(event.data);
    show(part, html);
    mark(event.lastEventId);
  });
  source.addEventListener("gone", gone);
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED) {
      askSoon(0);
      clearTimeout(again);
      again = setTimeout(listen, LISTEN_AGAIN_MS * (0.5 + Math.random()));
    } else {
      askSoon(GIVE_UP_MS);
    }
  });
}

if (state && parts.length) {
  listen();
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && parts.length && listen());
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.visibilityState === "hidden") hidden = setTimeout(close, HIDDEN_MS);
    else if (parts.length && !source) listen();
  });
}
