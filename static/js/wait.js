// While the client confirms at the kiosk, this page looks now and then whether they have, and goes on to the
// receipt. Without script there is a link that does the same.
const waits = document.querySelector("[data-wait]");

async function look() {
  if (!waits.isConnected) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    // Nobody is taken away from what they are typing unless there is something to see.
    if (answer.redirected && answer.url.includes("/redemptions/")) location.replace(answer.url);
  } catch {
    // The network is away for a moment: the next look tells.
  }
}

if (waits) setInterval(look, 3000);
