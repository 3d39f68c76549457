// Drag and drop of passages from one group into another; the page of a group does the same with checkboxes.
// <ul data-passages-from="address" data-passages-to="id"> of <li data-passage="id">: a drop into another such list
// fills `passages`, `to` and `version` of the form #drop-passage and sends it to the address of the list it came from.
// A list without `data-passages-to` takes none. Needs vendor/sortable.min.js before it.

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function enable(list) {
  Sortable.create(list, {
    group: { name: "passages", pull: true, put: Boolean(list.dataset.passagesTo) },
    sort: false, // the order within a group is not a hand's
    animation: calm ? 0 : 150,
    delay: 200, // a finger that scrolls the page drags nothing
    delayOnTouchOnly: true,
    draggable: "[data-passage]",
    filter: "a, button, input",
    preventOnFilter: false,
    onEnd({ item, from, to }) {
      if (from === to) return;
      const form = document.getElementById("drop-passage");
      form.elements.namedItem("passages").value = item.dataset.passage;
      form.elements.namedItem("to").value = to.dataset.passagesTo;
      form.elements.namedItem("version").value = from.dataset.version;
      form.action = from.dataset.passagesFrom;
      form.requestSubmit();
    },
  });
}

document.querySelectorAll("[data-passages-from]").forEach(enable);
