// A card that was left is closed and is never shown again. This script runs before the page is drawn.
//
// A page that the browser brings back by Back, Forward, reload or a restored tab stays blank and goes to the door, which
// closes the card. What a link or a button of the page leads to still shows the card; whatever else takes the page away
// closes it.
const script = document.currentScript;
let isGoingOn = false;

const goToDoor = () => {
  document.documentElement.hidden = true;
  location.replace(script.dataset.door);
};
const [entry] = performance.getEntriesByType("navigation");
if (entry && entry.type !== "navigate") goToDoor();
addEventListener("pageshow", (event) => {
  if (event.persisted) goToDoor();
});

addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("a[href]")) isGoingOn = true;
});
addEventListener("submit", () => { isGoingOn = true; });

const closeCard = () => {
  const close = document.querySelector("[data-close]");
  if (!close || isGoingOn) return;
  isGoingOn = navigator.sendBeacon(close.action, new FormData(close));
};
// A slow machine may not get as far as `pagehide`, and not every browser has `beforeunload`.
addEventListener("beforeunload", closeCard);
addEventListener("pagehide", () => {
  closeCard();
  document.documentElement.hidden = true;
});
