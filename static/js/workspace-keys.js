// Keys of the workspace (templates/summaries/_keys.html lists them): they press the page's own buttons and links, work
// while nobody writes in a field, and can be turned off (WCAG 2.1.4). Also keeps where the source was scrolled to.

const box = document.querySelector("[data-keys-box]");
const wanted = document.querySelector("[data-keys]");
const dialog = document.getElementById("keys");
const cite = document.querySelector("form[data-cite-form]");
const WRITING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

function paragraphs() {
  return [...document.querySelectorAll("[data-paragraph]")];
}

function current() {
  return document.activeElement?.closest("[data-paragraph]") ?? paragraphs().find((one) => one.classList.contains("is-current"));
}

function choose(paragraph) {
  if (!paragraph) return;
  for (const one of paragraphs()) one.classList.toggle("is-current", one === paragraph);
  const place = document.querySelector("select[name=place]");
  const value = `paragraph-${paragraph.dataset.paragraph}`;
  if (place && [...place.options].some((option) => option.value === value)) place.value = value;
}

function go(by) {
  const all = paragraphs();
  const at = all.indexOf(current());
  const next = all[Math.min(Math.max(at < 0 ? 0 : at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(selector) {
  const button = current()?.querySelector(selector);
  if (button && !button.disabled) button.click();
}

const acts = {
  j: () => go(1),
  k: () => go(-1),
  e: () => press("a[data-key=e]"),
  c: () => {
    choose(current());
    cite?.requestSubmit(cite.querySelector("button"));
  },
  n: () => {
    const place = cite?.elements.namedItem("place");
    const section = document.querySelector(".section-head")?.id;
    if (!place || !section) return;
    place.value = section;
    cite.requestSubmit(cite.querySelector("button"));
  },
  s: () => {
    const reason = cite?.elements.namedItem("reason");
    if (!reason) return;
    reason.closest("details").open = true;
    reason.focus();
  },
  "/": () => document.getElementById("source-select")?.focus(),
  m: () => {
    const notes = current()?.querySelector(".margin-notes");
    if (!notes) return;
    notes.open = true;
    notes.querySelector("textarea").focus();
  },
  ">": () => press("button[value=in]"),
  "<": () => press("button[value=out]"),
  "?": () => dialog.showModal(),
};

function keyed(event) {
  if (!wanted.checked || event.repeat || dialog.open || event.target.closest(WRITING)) return null;
  if (event.ctrlKey || event.metaKey) {
    if (event.altKey || event.key.toLowerCase() !== "z") return null;
    return () => document.querySelector(event.shiftKey ? "button[data-redo]" : "button[data-undo]")?.click();
  }
  if (event.altKey) return { ArrowUp: () => press("button[value=up]"), ArrowDown: () => press("button[value=down]") }[event.key];
  return acts[event.key];
}

if (box) {
  box.hidden = false;
  box.querySelector("[data-keys-help]").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    const act = keyed(event);
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("focusin", (event) => choose(event.target.closest("[data-paragraph]")));
  document.addEventListener("click", (event) => choose(event.target.closest("[data-paragraph]")));
  const named = document.getElementById(location.hash.slice(1));
  if (named?.dataset?.paragraph && !named.querySelector("form[data-writing]")) named.focus({ preventScroll: true });
}

// Links in the text, which is the same for all, lead to where this page has its source.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-keep-source]");
  const source = document.querySelector("[data-source]")?.dataset.source;
  if (!link || !source) return;
  const url = new URL(link.href);
  url.searchParams.set("source", source);
  link.href = url;
});

const text = document.querySelector("[data-source]");
const key = `scrolled ${location.pathname}`;
try {
  const [source, top] = JSON.parse(sessionStorage.getItem(key) ?? "[]");
  if (text && source === text.dataset.source && !location.hash.startsWith("#field-")) text.scrollTop = top;
  addEventListener("pagehide", () => sessionStorage.setItem(key, JSON.stringify([text?.dataset.source, text?.scrollTop])));
} catch {}
