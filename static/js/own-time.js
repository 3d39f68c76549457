// Shows moments in the reader's own zone beside the body's (components/own_time.html), where the clocks differ.

for (const place of document.querySelectorAll("[data-own-time]")) {
  const moment = new Date(place.dataset.ownTime);
  const options = { dateStyle: "long", timeStyle: "short", hourCycle: "h23" };
  const shown = (zone) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { ...options, timeZone: zone }).format(moment);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (shown(zone) === shown(place.dataset.zone)) continue;
  place.textContent = ` ${place.dataset.text.replace("{moment}", `${shown(zone)} (${zone.replaceAll("_", " ")})`)}`;
  place.hidden = false;
}
