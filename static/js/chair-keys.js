// Keys of the Chair's screen: each presses the button that has it as `data-key`. They can be turned off (WCAG 2.1.4).

const wanted = document.querySelector("[data-keys]");
const list = document.getElementById("keys");
const WRITING = "input:not([type=checkbox]), textarea, select";

document.addEventListener("keydown", (event) => {
  if (!wanted.checked || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest(WRITING)) return;
  if (event.key === "?") {
    list.open = true;
    list.querySelector("summary").focus();
    return;
  }
  const keyed = [...document.querySelectorAll("button[data-key]")];
  const button = keyed.find((one) => one.dataset.key === event.key.toLowerCase() && one.checkVisibility());
  if (!button) return;
  event.preventDefault();
  button.click();
});
