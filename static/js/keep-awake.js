// Asks the device not to dim while the page is looked at (the room's screen).

async function keepAwake() {
  if (document.visibilityState !== "visible" || !navigator.wakeLock) return;
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // the device decides: on low battery it refuses
  }
}

keepAwake();
document.addEventListener("visibilitychange", keepAwake);
