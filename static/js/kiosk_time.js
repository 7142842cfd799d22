// The time that is left on a page of the kiosk, as a ring, a number in it, and a sentence.
export const draw = (seconds, whole) => {
  for (const one of document.querySelectorAll("[data-left]")) one.textContent = String(seconds);
  for (const one of document.querySelectorAll("[data-with-script]")) {
    one.textContent = one.dataset.withScript.replace("{n}", String(seconds));
  }
  for (const one of document.querySelectorAll("[data-ring]")) {
    one.style.strokeDashoffset = String(100 - (100 * seconds) / whole);
  }
};
