// A page of the kiosk closes by itself. The time that is left is drawn as a ring; for the last seconds a question covers
// the page. Any touch, key or scroll means that somebody is there. Leaving the card in any other way than by its own links
// and buttons closes it. Without script, a meta refresh leaves the page when its time is over.
const ASK_AT = 20;
const ANNOUNCE_AT = new Set([20, 10, 5]);
const RENEW_EVERY = 10000;
const TRY_EVERY = 3000;

const foot = document.querySelector("[data-seconds]");
const gone = document.querySelector(".gone");

for (const one of document.querySelectorAll("[data-without-script]")) one.hidden = true;

const post = (form, more = {}) =>
  fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", ...more });

// Leave for a page only when the server answers; until then a calm page says so and tries again.
const leaveFor = async (url) => {
  for (;;) {
    try {
      await fetch(url, { method: "HEAD", cache: "no-store", credentials: "same-origin" });
      location.replace(url);
      return;
    } catch {
      for (const one of document.querySelectorAll("body > :not(.gone, script)")) one.remove();
      gone.hidden = false;
      await new Promise((wake) => setTimeout(wake, TRY_EVERY));
    }
  }
};

if (foot) {
  const question = document.querySelector("#still-there");
  const says = question.querySelector("[data-says]");
  const more = foot.querySelector("[data-more]");
  const close = foot.querySelector("[data-close]");
  const lasts = Number(foot.dataset.seconds) * 1000;
  let ends = Date.now() + lasts;
  let renewed = Date.now();
  let isLeaving = false;

  const draw = (seconds) => {
    for (const one of document.querySelectorAll("[data-left]")) one.textContent = String(seconds);
    for (const one of document.querySelectorAll("[data-with-script]")) {
      one.textContent = one.dataset.withScript.replace("%n", String(seconds));
    }
    for (const one of document.querySelectorAll("[data-ring]")) {
      one.style.strokeDashoffset = String(100 - (100 * seconds * 1000) / lasts);
    }
  };
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
    draw(seconds);
    if (seconds === 0) return end();
    if (seconds <= ASK_AT && !question.open) {
      question.showModal();
      question.querySelector("[data-stay]").focus();
    }
    if (seconds <= ASK_AT && ANNOUNCE_AT.has(seconds)) says.textContent = says.dataset.says.replace("%n", String(seconds));
  };
  const ticking = setInterval(tick, 1000);
  tick();

  const stay = async () => {
    if (isLeaving || (!question.open && Date.now() - renewed < RENEW_EVERY)) return;
    renewed = Date.now();
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
    stay();
  }, { capture: true });
  question.querySelector("[data-stay]").addEventListener("click", stay);
  question.querySelector("[data-done]").addEventListener("click", done);

  // What a link or a button of the page leads to still shows the card. Whatever else takes the page away closes it.
  addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("a[href]")) isLeaving = true;
  });
  addEventListener("submit", () => { isLeaving = true; });
  addEventListener("pagehide", () => {
    if (!isLeaving) navigator.sendBeacon(close.action, new FormData(close));
    document.documentElement.hidden = true;
  });
}
