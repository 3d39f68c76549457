// What stands above and beside a draft stays true while it is written: its title, and how much of a section is answered.

function filled(part) {
  return [...part.querySelectorAll("input, select, textarea")].some((one) =>
    ["checkbox", "radio"].includes(one.type) ? one.checked : one.type !== "hidden" && one.value.trim() !== "",
  );
}

for (const note of document.querySelectorAll("[data-done]")) {
  const entry = note.closest("li");
  const section = document.querySelector(entry.querySelector("a").hash);
  const answered = () => [...section.querySelectorAll("[data-required]")].filter(filled).length;
  const besides = Number(note.dataset.done) - answered(); // what is no field of the page's form: files
  section.addEventListener("input", () => {
    const done = besides + answered();
    note.textContent = note.dataset.text.replace("{done}", done);
    entry.className = `progress-${!filled(section) && !done ? "empty" : done === Number(note.dataset.of) ? "done" : "started"}`;
  });
}

const heading = document.querySelector("[data-follows]");
const title = heading && document.getElementById(heading.dataset.follows);
const rest = heading && document.title.slice(heading.textContent.length);
title?.addEventListener("input", () => {
  heading.textContent = title.value.trim() || heading.dataset.empty;
  if (title.value.trim() && title.lang) heading.lang = title.lang;
  else heading.removeAttribute("lang");
  document.title = heading.textContent + rest;
});
