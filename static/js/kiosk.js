// The card clears itself when its time is over (a meta refresh does the same without script). Any
// page of the kiosk that comes back out of the browser's memory is asked for anew.
const card = document.querySelector("[data-seconds]");
const left = document.querySelector("[data-left]");

if (card) {
  let ends = Date.now() + Number(card.dataset.seconds) * 1000;
  let asked = Date.now();
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

  // Whoever types or touches is still there: the card is given more time, as the button does, and never more than that.
  const more = document.querySelector("[data-more]");
  const stay = async () => {
    if (!more || Date.now() - asked < 10000) return;
    asked = Date.now();
    try {
      const answer = await fetch(more.action, { method: "POST", body: new FormData(more), credentials: "same-origin" });
      const seconds = /data-seconds="(\d+)"/.exec(await answer.text());
      if (seconds) ends = Date.now() + Number(seconds[1]) * 1000;
    } catch {
      // The time that is left stays as it is.
    }
  };
  for (const sign of ["input", "pointerdown"]) addEventListener(sign, stay);
}

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
