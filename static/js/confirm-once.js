// One press, one request: while a form is being sent, pressing its button again does nothing.
// The server refuses the second submission anyway; this spares the person that page.

const RELEASE_AFTER_MS = 10_000; // a download leaves the page as it is, and the form must work again

function release(form) {
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "true";
  form.setAttribute("aria-busy", "true");
  setTimeout(release, RELEASE_AFTER_MS, form);
});

// The browser's back button can bring the page back as it was left.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sending]").forEach(release);
});
