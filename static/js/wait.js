// While the client confirms at the kiosk, this page looks now and then whether they have, and goes on to the
// receipt. Without script there is a link that does the same. Looking on is not being there: it keeps nobody
// signed in, and it ends with the offer.
const waits = document.querySelector("[data-wait]");
const ends = waits ? Date.now() + Number(waits.dataset.wait) * 1000 : 0;

async function look() {
  if (Date.now() > ends) return clearInterval(looking);
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { "X-Poll": "1" } });
    // Nobody is taken away from what they are typing unless there is something to see.
    if (answer.redirected && answer.url.includes("/redemptions/")) location.replace(answer.url);
    else if (!(await answer.text()).includes("data-wait")) location.replace(location.href);
  } catch {
    // The network is away for a moment: the next look tells.
  }
}

const looking = waits ? setInterval(look, 3000) : 0;
