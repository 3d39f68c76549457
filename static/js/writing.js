// The form in which a paragraph is written (templates/summaries/_writing.html): its toolbar and keys, pasting with form,
// the preview, and who holds the paragraph. autosave.js saves it. Without JavaScript the form is plain and sent by its button.

const HOLD_MS = 20_000;
const PREVIEW_MS = 700;
const tab = [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");

function post(form, url, values, options = {}) {
  const body = new URLSearchParams({ csrf_token: form.elements.namedItem("csrf_token").value, ...values });
  return fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error", ...options });
}

// Typed text that the browser can undo with Ctrl+Z, where it lets us.
function put(area, text) {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function around(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (chosen.startsWith(mark) && chosen.endsWith(mark) && chosen.length > 2 * mark.length) {
    put(area, chosen.slice(mark.length, -mark.length));
    return;
  }
  put(area, `${mark}${chosen}${mark}`);
  if (!chosen) area.setSelectionRange(start + mark.length, start + mark.length);
}

function asLines(area, first) {
  const { selectionStart, selectionEnd, value } = area;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const found = value.indexOf("\n", selectionEnd);
  const end = found < 0 ? value.length : found;
  const lines = value.slice(start, end).split("\n");
  const before = start > 0 && value.slice(0, start).trimEnd() && !value.slice(0, start).endsWith("\n\n") ? "\n" : "";
  area.setSelectionRange(start, end);
  put(area, before + lines.map((line, index) => first(index) + line.replace(/^(\s*[-*]|\s*\d+\.)\s+/, "")).join("\n"));
}

function footnote(area) {
  const taken = [...area.value.matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
  const number = Math.max(0, ...taken) + 1;
  put(area, `[^${number}]`);
  area.setSelectionRange(area.value.length, area.value.length);
  put(area, `${area.value.includes("\n[^") ? "\n" : "\n\n"}[^${number}]: `);
}

function enable(form) {
  const areas = [...form.querySelectorAll("textarea")];
  const tools = form.querySelector(".writing-tools");
  let current = areas[0];
  tools.hidden = false;
  for (const area of areas) area.addEventListener("focus", () => (current = area));

  // The page that splits asks about the other languages; what is written here is saved first.
  function split() {
    const url = new URL(form.dataset.split, location.href);
    const points = [...current.value.slice(0, current.selectionStart)].length;
    url.searchParams.set(`at_${current.lang}`, points);
    const go = () => location.assign(url);
    const state = form.querySelector("[data-autosave-state]");
    if (!form.dataset.dirty) go();
    else {
      const seen = new MutationObserver(() => {
        if (form.dataset.dirty) return;
        seen.disconnect();
        go();
      });
      seen.observe(state, { childList: true, characterData: true, subtree: true });
    }
  }

  const marks = {
    bold: () => around(current, "**"),
    italic: () => around(current, "*"),
    bullets: () => asLines(current, () => "- "),
    numbers: () => asLines(current, (index) => `${index + 1}. `),
    note: () => footnote(current),
    token: () => put(current, "{delegations}"),
    split,
  };

  tools.addEventListener("click", (event) => marks[event.target.closest("[data-mark]")?.dataset.mark]?.());
  form.addEventListener("keydown", (event) => {
    if (event.target.tagName !== "TEXTAREA" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const mark = { b: "bold", i: "italic", Enter: "split" }[event.key];
    if (!mark) return;
    event.preventDefault();
    marks[mark]();
  });

  // What is saved says so in the state's line; until then there is something to save.
  form.addEventListener("input", () => (form.dataset.dirty = "yes"));
  new MutationObserver(([change]) => {
    const saved = form.dataset.savedText.split("{time}")[0];
    if (change.target.textContent.startsWith(saved)) delete form.dataset.dirty;
  }).observe(form.querySelector("[data-autosave-state]"), { childList: true });

  form.addEventListener("paste", async (event) => {
    const html = event.clipboardData?.getData("text/html");
    const plain = event.clipboardData?.getData("text/plain") ?? "";
    const area = event.target;
    if (!html || area.tagName !== "TEXTAREA") return;
    event.preventDefault();
    const answer = await post(form, form.dataset.paste, { html }).then((found) => (found.ok ? found.json() : null)).catch(() => null);
    put(area, answer?.text || plain);
    if (!answer) form.querySelector("[data-autosave-state]").textContent = form.dataset.pasteFailed;
  });

  const place = form.querySelector("[data-preview-place]");
  let showing;
  async function preview() {
    const values = Object.fromEntries(areas.map((area) => [area.name, area.value]));
    const texts = await post(form, form.dataset.preview, values).then((found) => (found.ok ? found.json() : null)).catch(() => null);
    if (!texts) return;
    const title = Object.assign(document.createElement("p"), { className: "muted", textContent: form.dataset.previewText });
    const parts = areas.filter((area) => texts[area.lang]).map((area) => {
      const part = Object.assign(document.createElement("div"), { lang: area.lang, className: "rich-text", innerHTML: texts[area.lang] });
      return part;
    });
    place.replaceChildren(title, ...parts);
    place.hidden = !parts.length;
  }
  form.addEventListener("input", () => {
    clearTimeout(showing);
    showing = setTimeout(preview, PREVIEW_MS);
  });
  preview();

  const held = form.querySelector("[data-held-by]");
  const take = form.querySelector("[data-take]");
  async function hold(values = {}) {
    const answer = await post(form, form.dataset.hold, { tab, ...values }).then((found) => (found.ok ? found.json() : null)).catch(() => null);
    if (!answer) return; // without a line nobody is locked out: what is saved is compared
    held.hidden = !answer.held;
    held.querySelector("[data-held-text]").textContent = answer.held;
    take.textContent = answer.take ?? "";
    for (const area of areas) area.readOnly = Boolean(answer.held);
  }
  take.addEventListener("click", async () => {
    await hold({ take: "1" });
    if (held.hidden) location.reload(); // with what the other has written until now
  });
  hold();
  setInterval(() => document.visibilityState === "visible" && hold(), HOLD_MS);
  addEventListener("pagehide", () => post(form, form.dataset.hold, { tab, leave: "1" }, { keepalive: true }).catch(() => {}));

  if (location.hash) (areas.find((area) => area.lang === document.documentElement.lang) ?? areas[0]).focus({ preventScroll: true });
}

document.querySelectorAll("form[data-writing]").forEach(enable);
