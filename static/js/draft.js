// The editor of a schedule keeps what is typed and shows what it does. After a pause the form is sent, the server saves
// it and answers with the whole page, and what follows (problems, sums, the picture) is taken out of that. Without script
// the buttons do the same.
const form = document.getElementById("draft-form");
if (form) {
  const PAUSE = 400;
  const AGAIN = 5000;
  const PATIENCE = 20000;
  // What a browser still sends after its page was left has 64 KiB at most, for all requests together.
  const MOST_ON_LEAVING = 30000;
  const UNREACHABLE = form.dataset.unreachable;
  const left = new Set();
  const says = document.getElementById("saved-says");
  // The saves that are on their way, and what was sent without an answer: nobody knows whether it was saved.
  const flying = new Set();
  let unheard = [];
  let number = 0;
  let followed = 0;
  // A page that shows what somebody else saved has nothing saved before one is chosen.
  const wasRefused = Boolean(document.getElementById("conflict"));
  const REFUSED = wasRefused ? form.dataset.choose : form.dataset.refused;
  // So has a page with what was typed before somebody had to sign in again: it is saved on leaving.
  let isChanged = "unsaved" in form.dataset;
  let trouble = wasRefused ? REFUSED : "";
  let isSubmitted = false;
  let isSettled = false;
  let timer;
  let lastGood = document.getElementById("picture-waits").hidden ? clockTime() : "";

  document.documentElement.classList.add("with-script");
  document.getElementById("show-picture").hidden = true;
  document.querySelector(".follows-note").hidden = false;

  function clockTime() {
    return new Date().toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  }

  function fields() {
    const sent = new FormData(form);
    for (const name of left) sent.append("left", name);
    if (form.dataset.checked) sent.append("checked", "1");
    return sent;
  }

  // A part that follows has the same id in the page that came. What somebody is in keeps its focus: it is not replaced.
  function follow(page) {
    const waits = page.getElementById("picture-waits");
    const isWaiting = !waits.hidden;
    for (const old of document.querySelectorAll("[data-follows]")) {
      if (isWaiting && (old.id === "sums" || old.id === "drawing")) continue;
      const fresh = page.getElementById(old.id);
      if (!fresh || old.innerHTML === fresh.innerHTML) continue;
      if (old.contains(document.activeElement)) continue;
      old.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    }
    for (const field of form.querySelectorAll(".in-line, .form-control")) {
      const fresh = page.getElementById(field.id);
      if (!fresh) continue;
      for (const name of ["aria-invalid", "aria-describedby"]) {
        if (fresh.hasAttribute(name)) field.setAttribute(name, fresh.getAttribute(name));
        else field.removeAttribute(name);
      }
    }
    for (const id of ["send", "try"]) {
      const button = document.getElementById(id);
      if (button) button.className = page.getElementById(id).className;
    }
    const note = document.getElementById("picture-waits");
    const picture = note.closest(".draft-picture");
    picture.classList.toggle("is-old", isWaiting);
    note.hidden = !isWaiting;
    if (!isWaiting) lastGood = clockTime();
    else if (lastGood) note.textContent = form.dataset.old.replace("{time}", lastGood);
    for (const shown of document.querySelectorAll('input[name="shown"]')) {
      shown.value = page.querySelector('input[name="shown"]').value;
    }
    says.replaceChildren(...[...page.getElementById("saved-says").childNodes].map((node) => document.importNode(node, true)));
  }

  // The fields in which a save that was sent differs from one that is sent now, with what they had.
  function differing(sent, now) {
    const found = {};
    for (const name of new Set([...sent.keys(), ...now.keys()])) {
      const had = sent.getAll(name);
      if (JSON.stringify(had) !== JSON.stringify(now.getAll(name))) found[name] = had;
    }
    return JSON.stringify(found);
  }

  function post() {
    const flight = save().finally(() => flying.delete(flight));
    flying.add(flight);
    return flight;
  }

  // Send the form. A save that finds one of the earlier ones of this page saved is not stale.
  async function save() {
    const mine = ++number;
    const sent = fields();
    const body = new URLSearchParams(sent);
    for (const one of unheard) body.append("earlier", differing(one.sent, sent));
    unheard.push({ number: mine, sent });
    isChanged = false;
    const slow = setTimeout(() => { says.textContent = form.dataset.saving; }, 2000);
    let answer;
    let text;
    try {
      answer = await fetch(form.dataset.keep, {
        method: "POST",
        body,
        credentials: "same-origin",
        redirect: "manual",
        keepalive: body.toString().length < MOST_ON_LEAVING,
        signal: AbortSignal.timeout(PATIENCE),
      });
      text = await answer.text();
      if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
    } catch {
      clearTimeout(slow);
      if (mine > followed) stumble(UNREACHABLE);
      timer = setTimeout(settle, AGAIN);
      return;
    }
    clearTimeout(slow);
    if (!answer.ok) {
      unheard = unheard.filter((one) => one.number !== mine);
      if (mine > followed) stumble(REFUSED);
      return;
    }
    unheard = unheard.filter((one) => one.number > mine);
    if (mine < followed) return;
    followed = mine;
    trouble = "";
    follow(new DOMParser().parseFromString(text, "text/html"));
  }

  function stumble(sentence) {
    isChanged = true;
    trouble = sentence;
    says.textContent = sentence;
  }

  // Save what was typed, one save after the other. It ends when all is saved, or when a save did not succeed.
  async function settle() {
    clearTimeout(timer);
    while (flying.size) await Promise.all(flying);
    if (!isChanged) return;
    await post();
    if (!trouble) await settle();
  }

  function isUnsaved() {
    return isChanged || flying.size > 0;
  }

  function soon() {
    isChanged = true;
    isSubmitted = false;
    clearTimeout(timer);
    timer = setTimeout(settle, PAUSE);
  }

  form.addEventListener("input", soon);
  // A field was left: from now on the page says what is wrong at it.
  form.addEventListener("focusout", (event) => {
    const name = event.target.name;
    if (!name || event.target.type === "submit" || left.has(name)) return;
    left.add(name);
    if (event.target.matches(".in-line, .form-control, fieldset input")) soon();
  });
  // The example of a step is shown once somebody was in it, and stays, so that nothing moves under the hand.
  form.addEventListener("focusin", (event) => {
    const step = event.target.closest(".step");
    for (const one of form.querySelectorAll(".step.is-here")) one.classList.toggle("is-here", one === step);
    step?.classList.add("is-here", "was-here");
  });
  // A save that is on its way changes what the draft looks like to the server: whatever is pressed meanwhile waits for it,
  // and so does every other form of the page. Without an answer the draft stays here; a refusal is for its Save to explain.
  document.addEventListener("submit", async (event) => {
    const { target, submitter } = event;
    const isOurs = target === form;
    if (event.defaultPrevented) return;
    if (isOurs && isSubmitted) {
      event.preventDefault();
      return;
    }
    if (!isSettled && isUnsaved()) {
      event.preventDefault();
      await settle();
      if (isOurs && trouble === UNREACHABLE) return;
      isSettled = true;
      target.requestSubmit(submitter);
      isSettled = false;
      return;
    }
    isSubmitted = isOurs;
  });
  // The other pages of a draft show what is saved.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.hasAttribute("data-takes-theirs")) {
      isSubmitted = true;
      return;
    }
    if (!isUnsaved() || trouble || link.hash || !link.pathname.startsWith(form.dataset.keep.replace(/kept$/, ""))) return;
    event.preventDefault();
    await settle();
    link.click();
  });
  // Who leaves takes nothing away: what is not saved yet is sent on the way out, also beside a save that is on its way.
  function leave() {
    if (isChanged && !isSubmitted) post();
  }
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") leave(); });
  addEventListener("online", () => { if (isChanged) settle(); });
  addEventListener("pageshow", () => { isSubmitted = false; });
  // Where that did not succeed, or would be too much for the way out, the browser asks.
  addEventListener("beforeunload", (event) => {
    if (isSubmitted || !isUnsaved()) return;
    if (trouble || new URLSearchParams(fields()).toString().length >= MOST_ON_LEAVING) event.preventDefault();
  });
}
