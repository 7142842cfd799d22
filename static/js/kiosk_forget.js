// What is typed before a card is open is forgotten when nobody has typed for some seconds, and the door comes back.
import { askBeforeLeaving, leaveFor } from "./kiosk_gone.js";
import { draw } from "./kiosk_time.js";

const foot = document.querySelector("[data-forget]");
const forget = Number(foot.dataset.forget);
const door = foot.dataset.door;
let ends = 0;

for (const one of foot.querySelectorAll("[data-forgets], [data-stay]")) one.hidden = false;
const renew = () => { ends = Date.now() + forget * 1000; };
const tick = () => {
  const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  draw(seconds, forget);
  if (seconds) return;
  clearInterval(ticking);
  for (const form of document.querySelectorAll("main form")) form.reset();
  document.querySelector("#content").hidden = true;
  leaveFor(door);
};
renew();
const ticking = setInterval(tick, 250);
for (const sign of ["pointerdown", "keydown", "input"]) addEventListener(sign, renew, true);
addEventListener("keydown", (event) => { if (event.key === "Escape") leaveFor(door); });
askBeforeLeaving(door);
tick();
