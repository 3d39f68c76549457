// Drag and drop for lists that can also be reordered by their up and down buttons (components/move_buttons.html).
// <ol data-sortable="form-id"> of <li data-sort-id="...">: a drop fills `item` and `position` (from 1) of that form and
// submits it. Needs vendor/sortable.min.js before it.

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function enable(list) {
  const form = document.getElementById(list.dataset.sortable);
  Sortable.create(list, {
    animation: calm ? 0 : 150,
    draggable: "[data-sort-id]",
    filter: "a, button, input, select, textarea, summary",
    preventOnFilter: false,
    onEnd({ item, oldDraggableIndex, newDraggableIndex }) {
      if (oldDraggableIndex === newDraggableIndex) return;
      form.elements.namedItem("item").value = item.dataset.sortId;
      form.elements.namedItem("position").value = newDraggableIndex + 1;
      form.requestSubmit();
    },
  });
}

document.querySelectorAll("[data-sortable]").forEach(enable);
