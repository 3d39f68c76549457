// Keeps for this browser how a person left a box or a fold with data-remember: ticked or not, open or not.

// A browser may be told to keep nothing, and says so by an error: then each is shown as the page has it.
function kept() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

const store = kept();

function property(element) {
  return element.matches("details") ? "open" : "checked";
}

function key(element) {
  return `remembered ${element.dataset.remember}`;
}

for (const element of document.querySelectorAll("[data-remember]")) {
  const found = store?.getItem(key(element)) ?? null;
  if (found !== null) element[property(element)] = found === "yes";
}

// What has no room (some browsers give none) is not kept either.
function keep({ target }) {
  if (!target.dataset?.remember) return;
  try {
    store?.setItem(key(target), target[property(target)] ? "yes" : "no");
  } catch {}
}

for (const kind of ["change", "toggle"]) document.addEventListener(kind, keep, true); // a fold's event does not rise
