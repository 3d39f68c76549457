// While a title is typed, shows which practices in the library are like it: in [data-similar-url], what that address
// answers to the title and the language of the draft. Says nothing when the line is down.

const WAIT_MS = 800;

for (const place of document.querySelectorAll("[data-similar-url]")) {
  const title = document.getElementById(place.dataset.similarTo);
  const language = document.getElementById("language");
  let timer;
  let asked = 0;

  async function ask() {
    const mine = ++asked;
    const token = title.form.elements.namedItem("csrf_token").value;
    const body = new URLSearchParams({ csrf_token: token, title: title.value, language: language?.value ?? "" });
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
