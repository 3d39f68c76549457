// Tells a form the time zone of the reader's clock: hours that nobody has chosen yet are meant in it.

for (const input of document.querySelectorAll("[data-own-zone]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || input.value;
}
