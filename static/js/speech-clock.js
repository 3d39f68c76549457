// Counts the clocks and hours of the floor (templates/floor/_clock.html) from the server's moments, by the server's time of
// day: the clock of this device may be wrong, so only how long it has run is taken from it. Without an answer of the
// server the figures stay as they came.

const TICK_MS = 250;
const ASK_AGAIN_MS = 300_000;
const JUMP_MS = 2000; // between this device's two clocks: it has slept, or was set
const TONES = { amber: 1, red: 3 };

const status = document.querySelector("[data-server-clock]");
const box = document.getElementById("clock-sound");
const lights = new Map(); // intervention -> its light at the last count
let offset = null; // from performance.now() to the server's time of day, in ms
let between = Date.now() - performance.now();
let asked = 0;
let audio = null;

async function ask() {
  const before = performance.now();
  asked = before;
  between = Date.now() - before;
  try {
    const answer = await fetch(status.dataset.serverClock, { cache: "no-store" });
    if (answer.ok) offset = (await answer.json()).now - (before + performance.now()) / 2;
  } catch {
    return; // asked again in a while
  }
  tick();
}

function digits(ms) {
  const seconds = Math.trunc(Math.abs(ms) / 1000);
  const [hours, minutes] = [Math.trunc(seconds / 3600), Math.trunc(seconds / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function put(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function hourOf(ms, zone) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(ms);
}

function dayOf(ms, zone) {
  const { lang } = document.documentElement;
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "long", timeZone: zone }).format(ms);
}

// An hour as the server writes it: with its day where that is another than the item's.
function hourOn(ms, item, zone) {
  const [day, hour] = [dayOf(ms, zone), hourOf(ms, zone)];
  return day === dayOf(item, zone) ? hour : `${day}, ${hour}`;
}

// What is left on a clock once it is shown, in ms.
function count(clock, now) {
  const { begun, stood, stands, allowed, until, warns } = clock.dataset;
  const spent = until ? 0 : Math.max(0, (Number(stands) || now) - begun - stood);
  const left = until ? until - now : allowed - spent;
  const light = left < 0 ? "red" : left <= warns ? "amber" : "green";
  if (clock.dataset.light !== light) clock.dataset.light = light;
  put(clock.querySelector("[data-clock-left]"), digits(left));
  put(clock.querySelector("[data-clock-spent]"), digits(spent));
  if (!until) warn(clock, light, spent);
  return left;
}

function warn(clock, light, spent) {
  const before = lights.get(clock.dataset.clock);
  lights.set(clock.dataset.clock, light);
  for (const undo of clock.parentElement.querySelectorAll("[data-undo]")) undo.hidden = spent > undo.dataset.undo;
  if (before === undefined || before === light || !TONES[light]) return;
  put(status, clock.querySelector(`.on-${light}`).textContent);
  if (box.checked) sound(TONES[light]);
}

function sound(times) {
  audio ??= new AudioContext();
  for (let number = 0; number < times; number += 1) {
    const [tone, loud, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime + number * 0.4];
    tone.frequency.value = 660;
    loud.gain.setValueAtTime(0.2, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.35);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.35);
  }
}

function tick() {
  const clock = performance.now();
  if (clock - asked > ASK_AGAIN_MS || Math.abs(Date.now() - clock - between) > JUMP_MS) ask();
  if (offset === null) return;
  const now = clock + offset;
  let taken = 0; // until those who speak have used their time
  for (const element of document.querySelectorAll("[data-clock]")) {
    const left = count(element, now);
    if (!element.dataset.until) taken += Math.max(0, left);
  }
  for (const element of document.querySelectorAll("[data-after]")) {
    const { after, from, day, zone } = element.dataset;
    put(element, hourOn(Math.max(now + taken, Number(from)) + Number(after), Number(day), zone));
  }
  for (const element of document.querySelectorAll("[data-wall]")) put(element, hourOf(now, element.dataset.zone));
}

// Browsers let a page sound only once somebody has touched it.
function allowSound() {
  if (!box.checked) return;
  audio ??= new AudioContext();
  audio.resume();
}

ask();
setInterval(tick, TICK_MS);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
addEventListener("pageshow", (event) => event.persisted && ask());
box.addEventListener("change", () => {
  allowSound();
  if (box.checked) sound(TONES.amber);
});
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, allowSound);
