// Saves a form while it is being written (components/autosave_attributes.html says what the server answers), and says so
// in [data-autosave-state]. Text is kept in this browser until the server says that it is saved: it is sent again when the
// line is back, or put back when the page is opened anew, together with what the page showed then: so a text of someone
// else is never overwritten unseen. Only the fields ([data-field]) that were touched travel; a form that marks none is one
// field. What is sent is numbered, so that the server can tell what overtook what. Signing out clears what is kept
// (Clear-Site-Data).

const WAIT_MS = 2000;
const RETRY_MS = 15_000;
const LIMIT_MS = 20_000; // a line that says nothing for so long is taken to be down
const HERE_MS = 120_000;
const START = "plenaria:";
const NEVER_KEPT = ["csrf_token", "version", "fields"];
const NEVER_TOUCHED = ["hidden", "file", "submit", "button"];

// Whether two lists of inputs say the same, but for the white space that the server takes away, and rows left empty.
function same(some, others) {
  const plain = (text) => text.normalize("NFC").replace(/\r\n?/g, "\n").replace(/[ \t]+(?=\n|$)/g, "").replace(/\n{3,}/g, "\n\n").trim();
  const sorted = (list) => JSON.stringify(list?.map(([name, value]) => [name, plain(value)]).filter(([, value]) => value).sort());
  return sorted(some) === sorted(others);
}

// What pages of an address have kept, the newest first. Each has a key of its own: none forgets what another keeps.
function keptFor(url) {
  const found = [];
  try {
    for (const key of Object.keys(localStorage).filter((key) => `${key} `.startsWith(`${START}${url} `)))
      found.push({ ...JSON.parse(localStorage.getItem(key)), key });
  } catch {}
  return found.sort((one, other) => (other.at ?? 0) - (one.at ?? 0));
}

function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {}
}

// The page that shows both texts: what is settled on there takes the place of what was kept.
function settle(form) {
  const kept = () => keptFor(form.dataset.autosaveSettles).find((one) => one.submitted);
  form.addEventListener("submit", () => {
    try {
      const { key, ...found } = kept() ?? {};
      const data = new FormData(form);
      const texts = [...form.querySelectorAll("textarea")].map((one) => one.name.replace("answer_", "answers."));
      const names = [...data.getAll("fields"), ...texts].filter((name) => !data.getAll("keep_saved").includes(name));
      const others = [...NEVER_KEPT, "action", "keep_saved", "template", ...(names.includes("language") ? [] : ["language"])];
      const fields = [...data].filter(([name, value]) => typeof value === "string" && !others.includes(name));
      if (key) localStorage.setItem(key, JSON.stringify({ ...found, version: data.get("version"), names, fields }));
    } catch {}
  });
  form.querySelector("[data-autosave-drop]")?.addEventListener("click", () => drop(kept()?.key));
}

function enable(form) {
  const url = form.dataset.autosaveUrl;
  const state = form.querySelector("[data-autosave-state]");
  const here = form.dataset.keptText; // nothing is sent before a button is pressed
  const byField = form.querySelector("[data-field]") !== null;
  const page = [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
  const key = `${START}${url} ${page}`;
  const adopted = []; // keys of what other pages kept and this one put back
  const changed = new Set(); // names of fields
  let underWay = new Set(); // those that were sent, and of which the server has said nothing yet
  const conflicts = new Set();
  const refused = new Set(); // what no server takes: kept here until it is mended, and in no other field's way
  let sequence = 0;
  let section = ""; // in which the caret stands
  let timer;
  let saving = null; // the promise of the request under way
  let unanswered = null; // of a form that is one field: what was sent and may have come in. Sent again as it was, it is known
  let leaving = false; // the form itself was sent
  let resting = false; // the server said, before anything was written, why it takes nothing

  function say(text, problem = false) {
    state.textContent = text;
    state.classList.toggle("autosave-problem", problem);
  }

  function fieldOf(control) {
    return control.closest?.("[data-field]")?.dataset.field ?? (byField ? null : "");
  }

  function texts(names) {
    const data = new FormData(form);
    const inputs = new Set();
    for (const control of form.elements) if (control.name && names.has(fieldOf(control))) inputs.add(control.name);
    return [...data].filter(([name, value]) => typeof value === "string" && inputs.has(name));
  }

  function entries(names) {
    return texts(names).filter(([name]) => !NEVER_KEPT.includes(name));
  }

  function version() {
    return form.querySelector("[name=version]");
  }

  // The version is a number and, after a space, marks of what the page showed.
  function number(text) {
    return text?.split(" ")[0];
  }

  function marks(text) {
    try {
      return JSON.parse(text.slice(text.indexOf(" ") + 1));
    } catch {
      return {};
    }
  }

  function seenOf(names) {
    const text = version()?.value ?? "";
    if (!byField) return text;
    return `${number(text)} ${JSON.stringify(Object.fromEntries(Object.entries(marks(text)).filter(([name]) => names.has(name))))}`;
  }

  function writeOn(answer) {
    if (!version()) return;
    if (answer.version) version().value = answer.version;
    if (answer.marks)
      version().value = `${number(version().value)} ${JSON.stringify({ ...marks(version().value), ...answer.marks })}`;
  }

  // Private browsing or a full disk refuse storage: then the page itself still holds the text.
  function keep(submitted = false) {
    const names = new Set([...changed, ...underWay, ...conflicts, ...refused]);
    const values = entries(names);
    try {
      const template = form.elements.namedItem("template")?.value;
      const sent = unanswered?.filter(([name]) => name !== "csrf_token");
      const found = { at: Date.now(), version: version()?.value, template, submitted, names: [...names], fields: values, sent };
      localStorage.setItem(key, JSON.stringify(found));
      adopted.splice(0).forEach(drop); // they are among what this page keeps
    } catch {}
  }

  function forget() {
    [key, ...adopted.splice(0)].forEach(drop);
  }

  function putBack(names, list) {
    const values = new Map();
    for (const [name, value] of list) values.set(name, [...(values.get(name) ?? []), value]);
    for (const control of form.elements) {
      if (!control.name || NEVER_KEPT.includes(control.name) || NEVER_TOUCHED.includes(control.type)) continue;
      if (!names.has(fieldOf(control))) continue;
      const own = values.get(control.name) ?? [];
      if (control.type === "checkbox" || control.type === "radio") {
        control.checked = own.includes(control.value);
      } else if (control.type === "select-multiple") {
        for (const option of control.options) option.selected = own.includes(option.value);
      } else if (own.length) {
        control.value = own.shift();
        control.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  }

  // A text of fields that the form had when it was kept, and has no more: sent along, the server sets it aside.
  function carryAlong(names, { template, fields: list }) {
    const made = form.elements.namedItem("template");
    if (!made || !template || made.value === template) return;
    made.value = template;
    for (const name of names) {
      if (form.querySelector(`[data-field="${CSS.escape(name)}"]`)) continue;
      const start = name.replace("answers.", "answer_");
      const place = Object.assign(document.createElement("div"), { hidden: true });
      place.dataset.field = name;
      for (const [input, value] of list)
        if (input === start || input.startsWith(`${start}-`) || input.startsWith(`${start}_`))
          place.append(Object.assign(document.createElement("input"), { type: "hidden", name: input, value }));
      form.append(place);
    }
  }

  function later(wait = WAIT_MS) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function body(names) {
    if (!byField) return new URLSearchParams((unanswered ??= texts(names)));
    const own = entries(names);
    for (const control of form.elements)
      if (control.type === "hidden" && fieldOf(control) === null && control.name !== "version") own.push([control.name, control.value]);
    own.push(["version", seenOf(names)]);
    own.push(["page", page], ["sequence", sequence]);
    for (const name of names) own.push(["fields", name]);
    return new URLSearchParams(own);
  }

  // What the server answered, null where the line gave nothing that is an answer of ours.
  async function answerTo(names) {
    const limit = new AbortController();
    setTimeout(() => limit.abort(), LIMIT_MS);
    try {
      const response = await fetch(url, {
        method: "POST",
        body: body(names),
        headers: { Accept: "application/json" },
        redirect: "error", // a redirect is the sign-in page
        signal: limit.signal,
      });
      const { ok, status } = response;
      return { ok, status, answer: await response.json().catch((error) => (ok ? Promise.reject(error) : {})) };
    } catch {
      return null;
    }
  }

  async function send() {
    const names = new Set(changed);
    underWay = names;
    changed.clear();
    sequence += 1;
    if (names.size) say(form.dataset.savingText);
    const again = unanswered !== null; // what was written since follows
    const response = await answerTo(names);
    underWay = new Set();
    if (!response) {
      for (const name of names) changed.add(name);
      if (!names.size) return;
      keep();
      say(form.dataset.offlineText, true);
      later(RETRY_MS);
      return;
    }
    unanswered = null;
    if (again) changed.add("");
    const { answer } = response;
    writeOn(answer);
    tellWhoIsHere(answer);
    for (const one of answer.refused ?? []) refuse(one);
    if (response.ok) {
      if (!names.size && !resting) return;
      resting = false;
      if (changed.size || conflicts.size || refused.size) keep();
      else forget();
      if (!conflicts.size && !refused.size) say(form.dataset.savedText.replace("{time}", answer.saved_at_text));
      return;
    }
    const found = response.status === 409 && (byField ? (answer.conflicts ?? []) : [{ name: "" }]);
    if (!found || (byField && !found.length)) {
      if (names.size) {
        for (const name of names) changed.add(name);
        keep();
      } else if (!answer.message || changed.size || conflicts.size || refused.size) return;
      resting = !names.size;
      say([answer.message, names.size && !answer.sign_in ? form.dataset.refusedText : ""].join(" ").trim(), true);
      if (answer.sign_in) state.append(" ", linkBack(answer.sign_in));
      return;
    }
    for (const one of found) conflicts.add(one.name);
    found.forEach(showConflict);
    keep();
    say(form.dataset.conflictText, true);
  }

  // To the page on which one signs in, and from there to this one, which puts back what was kept.
  function linkBack(address) {
    const href = `${address}?next=${encodeURIComponent(location.pathname)}`;
    return Object.assign(document.createElement("a"), { href, textContent: form.dataset.signInText });
  }

  function refuse({ name, message }) {
    refused.add(name);
    const place = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    const note = place?.querySelector("[data-refused]") ?? Object.assign(document.createElement("p"), { className: "field-error" });
    note.dataset.refused = "";
    note.textContent = message;
    place?.append(note);
    say(`${form.dataset.partText} ${message}`, true);
  }

  // Both texts: the field holds the person's own, below it stands what is saved.
  function showConflict({ name, saved, whose }) {
    const place = name && form.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (!place) return;
    const note = place.querySelector(".field-saved") ?? document.createElement("div");
    note.className = "field-saved";
    const title = document.createElement("strong");
    title.textContent = whose;
    const text = document.createElement("div");
    text.className = "field-saved-text";
    text.textContent = saved;
    note.replaceChildren(title, text);
    place.append(note);
  }

  function tellWhoIsHere(answer) {
    if (!answer.here) return;
    for (const list of document.querySelectorAll("[data-here]")) {
      const items = answer.here.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence }));
      list.replaceChildren(...items);
      list.closest("[data-here-note]").hidden = !items.length;
    }
    for (const note of document.querySelectorAll("[data-held]")) note.textContent = answer.held[note.dataset.held] ?? "";
  }

  async function save() {
    if (leaving) return;
    if (here) {
      if (!changed.size) return;
      keep();
      say(here);
      return;
    }
    if (changed.size) keep();
    if (saving || (conflicts.has("") && changed.size)) return;
    if (!byField && !changed.size) return;
    saving = send();
    await saving;
    saving = null;
    if (changed.size && (refused.size || !state.classList.contains("autosave-problem"))) later();
  }

  form.addEventListener("input", (event) => {
    const name = fieldOf(event.target);
    if (name === null) return;
    leaving = false; // it was stopped on its way
    if (conflicts.has(name)) {
      keep();
      return;
    }
    if (refused.delete(name)) form.querySelector(`[data-field="${CSS.escape(name)}"] [data-refused]`)?.remove();
    changed.add(name);
    later();
  });

  form.addEventListener("focusin", (event) => {
    const now = event.target.closest("[data-section]")?.dataset.section ?? "";
    if (!byField || now === section) return;
    section = now;
    later();
  });

  window.addEventListener("online", save);

  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && changed.size && save());

  // A save under way would make the submitted version stale: the submission waits for it.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (saving) {
      event.preventDefault();
      const button = event.submitter;
      saving.then(() => form.requestSubmit(button));
    } else if (changed.size || conflicts.size || refused.size) {
      keep(true);
      leaving = true;
    }
  });

  // What could not be saved would go with the session: it is saved first, and said once where it cannot be.
  let told = false;
  document.querySelector("form[action$='/sign-out']")?.addEventListener("submit", async (event) => {
    if (told || !(saving || changed.size || conflicts.size || refused.size)) return;
    event.preventDefault();
    await (saving ?? save());
    told = true;
    if (changed.size || conflicts.size || refused.size) say(form.dataset.refusedText, true);
    else event.target.requestSubmit();
  });

  // A page that answers a refused save shows what was sent, but not all of it was taken.
  const refusedPage = form.dataset.refusedPage !== undefined && { both: form.dataset.refusedPage === "both" };
  for (const found of keptFor(url)) {
    const names = new Set(found.names);
    // Where fields are saved one by one, another number says nothing: each save raises it. What the page shows has arrived.
    const arrived = !byField && found.submitted && number(found.version) !== number(version()?.value);
    if (arrived || same(found.fields, entries(names))) {
      if (found.submitted && refusedPage) {
        adopted.push(found.key);
        for (const name of names) (refusedPage.both ? conflicts : changed).add(name);
      } else drop(found.key);
      continue;
    }
    if ([...names].some((name) => changed.has(name))) continue; // an older text of it waits until this one is saved
    adopted.push(found.key);
    carryAlong(names, found);
    putBack(names, found.fields);
    if (byField) writeOn({ marks: Object.fromEntries([...names].map((name) => [name, marks(found.version)[name] ?? ""])) });
    else writeOn(found);
    unanswered = found.sent ? [["csrf_token", form.elements.namedItem("csrf_token").value], ...found.sent] : null;
    for (const name of names) changed.add(name);
    say(form.dataset.restoredText, true);
    later();
  }
  if (refusedPage && (changed.size || conflicts.size)) {
    keep();
    say(form.dataset.refusedText, true);
    if (changed.size) later();
  }
  if (byField && !here) {
    later(WAIT_MS / 2);
    setInterval(() => document.visibilityState === "visible" && save(), HERE_MS);
  }
}

// A page on which nothing is written any more, because it was sent.
function forgetSent(place) {
  const sent = keptFor(place.dataset.autosaveSent).filter((one) => one.submitted);
  for (const { key } of sent) drop(key);
}

document.querySelectorAll("form[data-autosave-url]").forEach(enable);
document.querySelectorAll("[data-autosave-sent]").forEach(forgetSent);
document.querySelectorAll("form[data-autosave-settles]").forEach(settle);
