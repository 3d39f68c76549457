// Ctrl+Enter (or the command key) presses the button that saves what is written and goes on: [data-go-on]. Nothing goes on by
// itself, so nobody's typing is interrupted.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return;
  const button = document.querySelector("[data-go-on]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
