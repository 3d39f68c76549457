// Shows moments in the reader's own zone beside the body's (components/own_time.html), where the clocks differ, in the
// notation of app/core/wording.py: "14 May 2026, 10:00 (Washington, UTC-4)".

const language = document.documentElement.lang;

function shown(moment, zone) {
  const as = (options) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { ...options, timeZone: zone }).format(moment);
  const day = as({ dateStyle: "long" });
  return `${language === "fr" ? day.replace(/^1\b/, "1er") : day}, ${as({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`;
}

function named(moment, zone) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(moment);
  const offset = parts.find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC").replace(/\+0$/, "");
  const city = zone.split("/").pop().replaceAll("_", " ");
  return city === "UTC" ? offset : `${city}, ${offset}`;
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const place of document.querySelectorAll("[data-own-time]")) {
  const moment = new Date(place.dataset.ownTime);
  if (shown(moment, zone) === shown(moment, place.dataset.zone)) continue;
  place.textContent = ` ${place.dataset.text.replace("{moment}", `${shown(moment, zone)} (${named(moment, zone)})`)}`;
  place.hidden = false;
}
