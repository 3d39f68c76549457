// Ticks all boxes of one name at once: [data-select-all] names them and holds a box of its own, which is not sent.

for (const place of document.querySelectorAll("[data-select-all]")) {
  const all = place.querySelector("input");
  const boxes = [...all.form.querySelectorAll(`[name="${CSS.escape(place.dataset.selectAll)}"]`)];
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", tell);
  window.addEventListener("pageshow", tell); // the browser ticks again what was ticked before
  place.hidden = false;
}
