// While a title is typed, shows which practices in the library are like it: in [data-similar-url], what that address
// answers to the title and the language of the draft. Says nothing when the line is down.

const WAIT_MS = 800;

for (const place of document.querySelectorAll("[data-similar-url]")) {
  const title = document.getElementById(place.dataset.similarTo);
  let timer;
  let asked = 0;

  async function ask() {
    const mine = ++asked;
    const body = new URLSearchParams({ title: title.value });
    for (const name of ["csrf_token", "language"]) body.set(name, title.form.elements.namedItem(name).value);
    try {
      const answer = await fetch(place.dataset.similarUrl, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.ok && !answer.redirected && mine === asked) place.innerHTML = await answer.text();
    } catch {}
  }

  title?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
}
