// A page of the kiosk closes by itself. The time that is left is drawn as a ring; for the last seconds a question covers
// the page. Any touch, key or scroll means that somebody is there. Without script, a meta refresh leaves the page when its
// time is over.
import { askBeforeLeaving, leaveFor } from "./kiosk_gone.js";
import { draw } from "./kiosk_time.js";

const ASK_AT = 20;
const ANNOUNCE_AT = new Set([20, 10, 5]);
const RENEW_EVERY = 10000;

const foot = document.querySelector("[data-seconds]");

for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;

const post = (form, more = {}) =>
  fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", ...more });

if (foot) {
  const question = document.querySelector("#still-there");
  const says = question.querySelector("[data-says]");
  const more = foot.querySelector("[data-more]");
  const close = foot.querySelector("[data-close]");
  const lasts = Number(foot.dataset.seconds);
  let ends = Date.now() + lasts * 1000;
  let renewed = Date.now();
  let isLeaving = false;
  let isRenewing = false;

  const end = () => {
    isLeaving = true;
    clearInterval(ticking);
    const url = foot.dataset.away;
    document.querySelector("#content").replaceChildren();
    if (question.open) question.close();
    foot.hidden = true;
    leaveFor(url);
  };
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    draw(seconds, lasts);
    if (seconds === 0) return end();
    if (seconds <= ASK_AT && !question.open && !isRenewing) {
      question.showModal();
      question.querySelector("[data-stay]").focus();
    }
    if (seconds <= ASK_AT && ANNOUNCE_AT.has(seconds)) says.textContent = says.dataset.says.replace("{n}", String(seconds));
  };
  const ticking = setInterval(tick, 1000);
  tick();

  const stay = async (isAsked = question.open) => {
    if (isLeaving || (!isAsked && Date.now() - renewed < RENEW_EVERY)) return;
    renewed = Date.now();
    isRenewing = true;
    if (question.open) question.close();
    try {
      const answer = await post(more, { headers: { "X-Stay": "1" } });
      const seconds = Number(answer.headers.get("X-Seconds"));
      if (!seconds) return end();
      ends = Date.now() + seconds * 1000;
      says.textContent = "";
      tick();
    } catch {
      end();
    } finally {
      isRenewing = false;
    }
  };
  const done = () => close.requestSubmit();

  for (const sign of ["pointerdown", "input", "keydown", "scroll", "wheel", "touchmove"]) {
    addEventListener(sign, (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        return done();
      }
      // The question's own buttons say what they do; a touch beside them stays.
      if (event.target instanceof Element && event.target.closest("[data-done]")) return;
      stay();
    }, { capture: true, passive: false });
  }
  more.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    stay(true);
  }, { capture: true });
  question.querySelector("[data-stay]").addEventListener("click", () => stay(true));
  question.querySelector("[data-done]").addEventListener("click", done);

  askBeforeLeaving(foot.dataset.away);
}

// Only a browser that is paired has a page to keep for a server that is gone.
const worker = document.body.dataset.worker;
if (worker && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(worker, { scope: document.body.dataset.scope }).then(({ active }) => {
    // A page that was on its way while the worker came to life is not looked after until it asks for that.
    if (!navigator.serviceWorker.controller) active?.postMessage("look after this page");
  }).catch(() => {});
}
