// Keeps for this browser how a person left a box or a fold with data-remember: ticked or not, open or not.

function property(element) {
  return element.matches("details") ? "open" : "checked";
}

function key(element) {
  return `remembered ${element.dataset.remember}`;
}

for (const element of document.querySelectorAll("[data-remember]")) {
  const kept = localStorage.getItem(key(element));
  if (kept !== null) element[property(element)] = kept === "yes";
}

for (const kind of ["change", "toggle"])
  document.addEventListener(
    kind,
    ({ target }) => {
      if (target.dataset?.remember) localStorage.setItem(key(target), target[property(target)] ? "yes" : "no");
    },
    true, // a fold's event does not rise
  );
