// Saves a form while it is being written (components/autosave_attributes.html says what the server answers), and says so
// in [data-autosave-state]. Text that could not be saved is kept in this browser and put back when the page is opened
// again, together with the version it was written on: so a text of someone else is never overwritten unseen.

const WAIT_MS = 2000;
const RETRY_MS = 15_000;
const NEVER_KEPT = ["csrf_token", "version"];

function enable(form) {
  const url = form.dataset.autosaveUrl;
  const key = `plenaria:${url}`;
  const state = form.querySelector("[data-autosave-state]");
  let timer;
  let saving = null; // the promise of the request under way
  let changed = false;
  let conflict = false;

  function say(text, problem = false) {
    state.textContent = text;
    state.classList.toggle("autosave-problem", problem);
  }

  function texts() {
    return [...new FormData(form)].filter(([, value]) => typeof value === "string");
  }

  function fields() {
    return texts().filter(([name]) => !NEVER_KEPT.includes(name));
  }

  function version() {
    return form.querySelector("[name=version]");
  }

  // The version is a number and, after a space, marks of what the page showed.
  function number(text) {
    return text?.split(" ")[0];
  }

  function writeOn(values) {
    if (version() && values.version) version().value = values.version;
  }

  // Private browsing or a full disk refuse storage: then the page itself still holds the text.
  function keep(submitted = false) {
    try {
      localStorage.setItem(key, JSON.stringify({ version: version()?.value, submitted, fields: fields() }));
    } catch {}
  }

  function kept() {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function forget() {
    try {
      localStorage.removeItem(key);
    } catch {}
  }

  function putBack(entries) {
    const values = new Map();
    for (const [name, value] of entries) values.set(name, [...(values.get(name) ?? []), value]);
    for (const control of form.elements) {
      if (!control.name || NEVER_KEPT.includes(control.name)) continue;
      if (["hidden", "file", "submit", "button"].includes(control.type)) continue;
      const list = values.get(control.name) ?? [];
      if (control.type === "checkbox" || control.type === "radio") {
        control.checked = list.includes(control.value);
      } else if (control.type === "select-multiple") {
        for (const option of control.options) option.selected = list.includes(option.value);
      } else if (list.length) {
        control.value = list.shift();
        control.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  }

  // A text of fields that the form had when it was kept, and has no more: sent along, the server sets it aside.
  function carryAlong(entries) {
    const made = form.elements.namedItem("template");
    const before = entries.find(([name]) => name === "template")?.[1];
    if (!made || !before || made.value === before) return;
    made.value = before;
    for (const [name, value] of entries) {
      if (form.elements.namedItem(name)) continue;
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      form.append(input);
    }
  }

  function later(wait = WAIT_MS) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function send() {
    changed = false;
    say(form.dataset.savingText);
    let response;
    try {
      response = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(texts()),
        headers: { Accept: "application/json" },
        redirect: "error", // a redirect is the sign-in page
      });
    } catch {
      changed = true;
      keep();
      say(form.dataset.offlineText, true);
      later(RETRY_MS);
      return;
    }
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      writeOn(answer);
      if (!changed) forget();
      say(form.dataset.savedText.replace("{time}", answer.saved_at_text));
    } else {
      keep();
      conflict = response.status === 409;
      say(conflict ? form.dataset.conflictText : answer.message || form.dataset.refusedText, true);
    }
  }

  async function save() {
    if (saving || conflict || !changed) return;
    saving = send();
    await saving;
    saving = null;
    if (changed && !conflict) later();
  }

  form.addEventListener("input", () => {
    changed = true;
    if (conflict) keep();
    else later();
  });

  window.addEventListener("online", save);

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && changed) {
      keep();
      save();
    }
  });

  // A save under way would make the submitted version stale: the submission waits for it.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (saving) {
      event.preventDefault();
      const button = event.submitter;
      saving.then(() => form.requestSubmit(button));
    } else if (changed || kept()) {
      keep(true);
      changed = false;
    }
  });

  const found = kept();
  const arrived = found?.submitted && number(found.version) !== number(version()?.value);
  if (arrived || JSON.stringify(found?.fields) === JSON.stringify(fields())) {
    forget();
  } else if (found) {
    putBack(found.fields);
    carryAlong(found.fields);
    writeOn(found);
    clearTimeout(timer);
    say(form.dataset.restoredText, true);
  }
}

document.querySelectorAll("form[data-autosave-url]").forEach(enable);
