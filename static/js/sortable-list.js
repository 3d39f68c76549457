// Drag and drop for lists that can also be reordered by their up and down buttons (components/move_buttons.html).
// <ol data-sortable="form-id"> of <li data-sort-id="...">: a drop fills `item` and `position` (from 1) of that form and
// submits it. Where items have `data-version` and headings among them `data-day`, `version` and `day` are filled as well;
// `data-sort-action` is where the form of an item with an address of its own is sent.
// With `data-sort-handle` (a selector) items are drawn by that part of them alone.
// Needs vendor/sortable.min.js before it.

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function fill(form, name, value) {
  const input = form.elements.namedItem(name);
  if (input && value) input.value = value;
}

function dayAbove(item) {
  let above = item;
  while (above && !above.dataset.day) above = above.previousElementSibling;
  return above?.dataset.day;
}

function enable(list) {
  const form = document.getElementById(list.dataset.sortable);
  Sortable.create(list, {
    animation: calm ? 0 : 150,
    delay: 200, // a finger that scrolls the page drags nothing
    delayOnTouchOnly: true,
    draggable: "[data-sort-id]",
    handle: list.dataset.sortHandle, // where words of an item can be selected
    filter: "a, button, input, select, textarea, summary",
    preventOnFilter: false,
    onEnd({ item, oldDraggableIndex, newDraggableIndex }) {
      const day = dayAbove(item);
      if (oldDraggableIndex === newDraggableIndex && day === item.dataset.onDay) return;
      fill(form, "item", item.dataset.sortId);
      fill(form, "position", newDraggableIndex + 1);
      fill(form, "version", item.dataset.version);
      fill(form, "day", day);
      if (item.dataset.sortAction) form.action = item.dataset.sortAction;
      form.requestSubmit();
    },
  });
}

document.querySelectorAll("[data-sortable]").forEach(enable);
