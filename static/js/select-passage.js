// Selecting words inside a [data-passage-field] (components/passage.html) fills the hidden inputs field, source, start,
// end and quote of each form[data-cite-form]. Offsets count Unicode code points of the field's plain text, end exclusive.
// Without JavaScript, and by keyboard, the forms offer the numbered sentences instead.

function codePoints(text) {
  return [...text].length;
}

function selectedPassage() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const start = range.startContainer;
  const passage = (start.nodeType === Node.TEXT_NODE ? start.parentElement : start).closest("[data-passage-field]");
  if (!passage) return null;
  if (!passage.contains(range.endContainer)) range.setEnd(passage, passage.childNodes.length);

  const before = document.createRange();
  before.selectNodeContents(passage);
  before.setEnd(range.startContainer, range.startOffset);
  const raw = range.toString();
  const quote = raw.trim();
  if (!quote) return null;
  const from = codePoints(before.toString()) + codePoints(raw) - codePoints(raw.trimStart());
  return { passage, range, quote, start: from, end: from + codePoints(quote) };
}

function fill(form, found) {
  const values = {
    field: found.passage.dataset.passageField,
    source: found.passage.dataset.passageSource,
    start: found.start,
    end: found.end,
    quote: found.quote,
  };
  for (const [name, value] of Object.entries(values)) {
    const input = form.elements.namedItem(name);
    if (input) input.value = value;
  }
  for (const element of form.querySelectorAll("[data-cite-quote]")) {
    element.textContent = found.quote;
    element.lang = found.passage.lang;
  }
  for (const element of form.querySelectorAll("[data-cite-selected]")) element.hidden = false;
  for (const element of form.querySelectorAll("[data-cite-unselected]")) element.hidden = true;
}

document.addEventListener("selectionchange", () => {
  const found = selectedPassage();
  if (!found) return; // pressing a button of the form empties the selection: what was chosen stays chosen
  if (CSS.highlights) CSS.highlights.set("chosen-passage", new Highlight(found.range));
  document.querySelectorAll("form[data-cite-form]").forEach((form) => fill(form, found));
});
