// Shows moments in the reader's own zone beside the body's (components/own_time.html), where the clocks differ, in the
// notation of app/core/wording.py: "14 May 2026, 10:00 (Washington, UTC-4)".

const language = document.documentElement.lang;

function shown(moment, zone) {
  const as = (options) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { ...options, timeZone: zone }).format(moment);
  const day = as({ dateStyle: "long" });
  return `${language === "fr" ? day.replace(/^1\b/, "1er") : day}, ${as({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`;
}

// The city in the language of the page, which the browser does not know.
async function cityOf(zone) {
  try {
    const answer = await fetch(new URL(`../../language/${language}/city/${zone}`, import.meta.url));
    if (answer.ok) return await answer.text();
  } catch {}
  return zone.split("/").pop().replaceAll("_", " ");
}

function named(moment, city) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(moment);
  const offset = parts.find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC").replace(/\+0$/, "");
  return zone === "UTC" ? offset : `${city}, ${offset}`;
}

let city;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const place of document.querySelectorAll("[data-own-time]")) {
  const moment = new Date(place.dataset.ownTime);
  if (shown(moment, zone) === shown(moment, place.dataset.zone)) continue;
  city ??= await cityOf(zone);
  place.textContent = ` ${place.dataset.text.replace("{moment}", `${shown(moment, zone)} (${named(moment, city)})`)}`;
  place.hidden = false;
}
