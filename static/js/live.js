// The day looks after itself: every few seconds it asks what changed, and swaps single rows. A row in which somebody
// types or that asks something stays as it is. Looking on is not being there: it keeps nobody signed in.
const live = document.querySelector("[data-live]");
if (live) {
  const EVERY = 5000;
  const stale = document.querySelector("[data-stale]");
  let failed = 0;

  // In use: it has the focus, or it asks something.
  const isInUse = (node) => node.contains(document.activeElement) || node.querySelector(".asks") !== null;

  // Bring a list to the state of another one. Rows in use are not moved, so that they keep their focus.
  function reconcile(list, wanted) {
    let at = list.firstElementChild;
    for (const row of wanted) {
      if (row.parentNode === list && isInUse(row)) {
        while (at && at !== row) {
          const next = at.nextElementSibling;
          at.remove();
          at = next;
        }
        if (at) at = at.nextElementSibling;
      } else if (row === at) {
        at = at.nextElementSibling;
      } else {
        list.insertBefore(row, at);
      }
    }
    while (at) {
      const next = at.nextElementSibling;
      if (!isInUse(at)) at.remove();
      at = next;
    }
  }

  const foldsOf = (part) => [...part.querySelectorAll("details")].filter((one) => !one.closest("[data-row]"));
  const actionsOf = (row) => row.querySelector(".cells")?.textContent;

  // A row that only says something else, such as how late somebody is, stays unfolded; one with other actions does not.
  function keepUnfolded(before, row) {
    if (!before || !row.firstElementChild || actionsOf(before) !== actionsOf(row)) return;
    const folds = row.querySelectorAll("details");
    before.querySelectorAll("details").forEach((one, place) => (folds[place].open = one.open));
  }

  function swapPart(old, fresh, rowsBefore) {
    const inUse = [...old.querySelectorAll("li[id]")].filter(isInUse);
    for (const row of fresh.querySelectorAll("li[data-row]")) {
      const before = rowsBefore.get(row.id);
      keepUnfolded(before, row);
      const keeps = before && (isInUse(before) || (before.dataset.row === row.dataset.row && !row.firstElementChild));
      if (keeps && isInUse(before) && !old.contains(before)) row.remove(); // it is in use in another part
      else if (keeps) row.replaceWith(before.isConnected && isInUse(before) ? marker(before) : before);
    }
    // What somebody has unfolded stays so. A row that stays is the same one, with what is unfolded in it.
    const unfolded = foldsOf(old).map((one) => one.open);
    foldsOf(fresh).forEach((one, place) => {
      if (unfolded[place]) one.open = true;
    });
    if (!inUse.length) {
      if (!old.contains(document.activeElement)) old.replaceChildren(...fresh.childNodes);
      return;
    }
    const list = inUse[0].parentElement;
    const freshList = fresh.querySelector("ul.rows");
    const wanted = freshList ? [...freshList.children].map((row) => (row.dataset.stays ? document.getElementById(row.dataset.stays) : row)) : [];
    reconcile(list, wanted);
  }
  // What stands in a fresh list for a row that stays where it is.
  function marker(row) {
    const item = document.createElement("li");
    item.dataset.stays = row.id;
    return item;
  }

  // Load the page again, which asks to sign in where that has ended; but take away nothing that is being typed.
  function startAgain() {
    if (isInUse(live)) throw new Error("in use");
    location.reload();
  }

  async function look() {
    if (document.hidden) return;
    const marks = [...live.querySelectorAll("[data-row]")].map((row) => row.dataset.row);
    const answer = await fetch(live.dataset.live, {
      credentials: "same-origin",
      redirect: "manual",
      headers: { "X-Poll": "1", "X-Seen": live.dataset.seen, "X-Known": marks.join(",") },
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return startAgain();
    if (!answer.ok) throw new Error(answer.status);
    failed = 0;
    stale.hidden = true;
    if (answer.status === 204) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rowsBefore = new Map([...live.querySelectorAll("li[id]")].map((row) => [row.id, row]));
    for (const fresh of page.querySelectorAll("[data-part]")) {
      const old = live.querySelector(`[data-part="${fresh.dataset.part}"]`);
      // The board has other parts than before, as where the first client of a day was given a plan.
      if (!old) return startAgain();
      swapPart(old, fresh, rowsBefore);
    }
    live.dataset.seen = answer.headers.get("X-Seen");
  }

  async function lookOn() {
    try {
      await look();
    } catch {
      failed += 1;
      stale.hidden = failed < 3;
    }
    // A server that does not answer is asked less often.
    setTimeout(lookOn, EVERY * Math.min(1 + failed, 6));
  }
  setTimeout(lookOn, EVERY);
}
