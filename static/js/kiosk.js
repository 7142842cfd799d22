// The card clears itself when its time is over (a meta refresh does the same without script). Any
// page of the kiosk that comes back out of the browser's memory is asked for anew.
const card = document.querySelector("[data-seconds]");
const left = document.querySelector("[data-left]");

if (card) {
  const ends = Date.now() + Number(card.dataset.seconds) * 1000;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    if (left) left.textContent = String(seconds);
    if (seconds === 0) {
      document.body.replaceChildren();
      location.replace(card.dataset.away);
    }
  };
  tick();
  setInterval(tick, 1000);
}

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
