// A card that was left is never shown again. A page that the browser brings back by Back, Forward, reload or a restored
// tab stays blank and goes to the door, which closes the card. This script runs before the page is drawn.
const script = document.currentScript;
const door = () => {
  document.documentElement.hidden = true;
  location.replace(script.dataset.door);
};
const [entry] = performance.getEntriesByType("navigation");
if (entry && entry.type !== "navigate") door();
addEventListener("pageshow", (event) => {
  if (event.persisted) door();
});
