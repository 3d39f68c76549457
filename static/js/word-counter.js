// Live counts for fields with data-word-limit or data-character-limit (components/field.html). Counts as the server
// does: words are what white space separates, characters are Unicode code points (a letter and its accent are one).

const ANNOUNCE_AFTER_MS = 1000; // screen readers hear the count when the typing pauses

function count(input) {
  if (input.dataset.wordLimit) return input.value.split(/\s+/).filter(Boolean).length;
  return [...input.value.normalize("NFC")].length;
}

function watch(input) {
  const output = document.getElementById(`${input.id}-count`);
  const limit = Number(input.dataset.wordLimit || input.dataset.characterLimit);
  const spoken = document.createElement("span");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  output.after(spoken);
  let pause;

  function show() {
    const number = count(input);
    const over = number - limit;
    output.textContent = (over > 0 ? output.dataset.overText : output.dataset.countText)
      .replace("{count}", number)
      .replace("{limit}", limit)
      .replace("{over}", over);
    output.classList.toggle("field-count-over", over > 0);
  }

  input.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => (spoken.textContent = output.textContent), ANNOUNCE_AFTER_MS);
  });
  show();
}

document.querySelectorAll("[data-word-limit], [data-character-limit]").forEach(watch);
