// Tells the server that the register was looked at, so that it can say what is new the next time: the small form that
// says so on the page (`data-tell-visit`) is sent in the background. Without JavaScript, its button does it.

for (const form of document.querySelectorAll("form[data-tell-visit]")) {
  fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" }).catch(() => {});
}
