// How far a long run is: asked for once a second. When it is over, the page is loaded again and shows what was found.
// Without script a link does the same.
const running = document.querySelector("[data-progress]");
if (running) {
  const part = (name) => running.querySelector(`[data-${name}]`);
  const bar = running.querySelector("progress");
  part("done").closest("p").nextElementSibling.hidden = true;

  async function ask() {
    try {
      const answer = await fetch(running.dataset.progress, {
        credentials: "same-origin",
        redirect: "manual",
        headers: { "X-Poll": "1" },
      });
      if (answer.type === "opaqueredirect" || answer.status === 404) return location.reload();
      if (answer.ok) {
        const { done, total, is_over: isOver } = await answer.json();
        if (isOver) return location.reload();
        bar.max = Math.max(total, 1);
        bar.value = done;
        part("done").textContent = done.toLocaleString("en");
        part("total").textContent = total.toLocaleString("en");
      }
    } catch {
      // The server does not answer: ask again later.
    }
    setTimeout(ask, 1000);
  }
  setTimeout(ask, 1000);
}
