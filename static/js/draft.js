// The editor of a schedule keeps what is typed and shows what it does. After a pause the form is sent, the server saves
// it and answers with the whole page, and what follows (problems, sums, the picture) is taken out of that. Without script
// the buttons do the same.
const form = document.getElementById("draft-form");
if (form) {
  const PAUSE = 400;
  const left = new Set();
  const says = document.getElementById("saved-says");
  let timer;
  let isSending = false;
  let sending = Promise.resolve();
  let isChanged = false;
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
    else if (lastGood) note.textContent = `This is the last complete draft, of ${lastGood}. It follows again when everything is settled.`;
    for (const shown of document.querySelectorAll('input[name="shown"]')) {
      shown.value = page.querySelector('input[name="shown"]').value;
    }
    says.replaceChildren(...[...page.getElementById("saved-says").childNodes].map((node) => document.importNode(node, true)));
  }

  function send() {
    if (!isSending) sending = save();
    return sending;
  }

  async function save() {
    isSending = true;
    try {
      while (isChanged) {
        isChanged = false;
        const answer = await fetch(form.dataset.keep, { method: "POST", body: fields(), credentials: "same-origin", redirect: "manual" });
        if (!answer.ok) throw new Error(answer.status);
        follow(new DOMParser().parseFromString(await answer.text(), "text/html"));
      }
    } catch {
      isChanged = true;
      says.textContent = "Not saved since your last change. Press Save: it says why.";
    } finally {
      isSending = false;
    }
  }

  function soon() {
    isChanged = true;
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
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
  // Who leaves the page takes nothing away: what is not saved yet is sent on the way out.
  let isSubmitted = false;
  // A save that is on its way changes what the draft looks like to the server: whatever is pressed meanwhile waits for it.
  document.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (isSending) {
      event.preventDefault();
      const { target, submitter } = event;
      await sending;
      target.requestSubmit(submitter);
      return;
    }
    isSubmitted = true;
  });
  addEventListener("pagehide", () => {
    if (isChanged && !isSubmitted && !isSending) fetch(form.dataset.keep, { method: "POST", body: fields(), credentials: "same-origin", keepalive: true });
  });
}
