// While the clinic's computer cannot be reached, nothing that was on the screen stays there: a calm page says so, tries
// again, and comes back by itself.
const TRY_EVERY = 3000;

const gone = document.querySelector(".gone");

const answers = async () => {
  try {
    const answer = await fetch(gone.dataset.ready, { method: "HEAD", cache: "no-store", credentials: "same-origin" });
    return answer.status < 500;
  } catch {
    return false;
  }
};

// Go to a page as soon as the server answers.
export const leaveFor = async (url) => {
  while (!(await answers())) {
    for (const one of document.querySelectorAll("body > :not(.gone, script)")) one.remove();
    gone.hidden = false;
    await new Promise((wake) => setTimeout(wake, TRY_EVERY));
  }
  location.replace(url);
};

// The service worker answers for a server that is gone. A browser allows it only at an address with https or on this
// computer; elsewhere a link is followed and a form is sent only when the server answers, and else the door comes back.
export const askBeforeLeaving = (door) => {
  const asked = new WeakSet();
  const ask = (event, element, go) => {
    if (isSecureContext || event.defaultPrevented || asked.delete(element)) return;
    event.preventDefault();
    answers().then((there) => {
      if (!there) return leaveFor(door);
      asked.add(element);
      return go();
    });
  };
  addEventListener("click", (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (link) ask(event, link, () => link.click());
  });
  addEventListener("submit", (event) => {
    ask(event, event.target, () => event.target.requestSubmit(event.submitter));
  });
};
