// Try a schedule: the page opens at once, and this asks for the invented clients, shows how many there are so far, and
// then puts what they would cost in place. The address keeps what is assumed. Without script, the button asks for a whole
// page, which grows while the clients are invented.
const page = document.querySelector("[data-trial]");
const form = page.querySelector("form");
const part = (name, root = page) => root.querySelector(`[data-part="${name}"]`);
let running = new AbortController();
let isLeaving = false;

function query() {
  const values = new URLSearchParams(new FormData(form));
  values.delete("run");
  return values;
}

// Yield the lines of an answer while they come; the last one is all that follows the empty line.
async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
    for (let end = text.indexOf("\n"); end > 0; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
  yield text;
}

async function run(values) {
  running.abort(); // the server stops inventing clients that nobody waits for
  running = new AbortController();
  const { signal } = running;
  const results = part("results");
  results.replaceChildren(page.querySelector("[data-progress]").content.cloneNode(true));
  results.setAttribute("aria-busy", "true");
  const [bar, done] = [results.querySelector("progress"), results.querySelector("[data-done]")];
  const answer = await fetch(`${page.dataset.trial}?${values}`, { credentials: "same-origin", redirect: "manual", signal });
  if (!answer.ok) throw new Error(answer.status);
  let isWhole = false;
  for await (const line of linesOf(answer)) {
    if (!line.startsWith("\n")) {
      bar.value = Number(line);
      done.textContent = Number(line).toLocaleString("en");
      continue;
    }
    const fresh = new DOMParser().parseFromString(line, "text/html");
    for (const name of ["head", "results"]) part(name).replaceChildren(...part(name, fresh).childNodes);
    form.querySelector("button").textContent = page.dataset.again;
    isWhole = true;
  }
  if (!isWhole) throw new Error("The answer broke off.");
  results.removeAttribute("aria-busy");
}

// Where this way fails, the page's own way says why.
function runOrGo(values) {
  run(values).catch((error) => {
    if (error.name === "AbortError" || isLeaving) return;
    values.set("run", "1");
    location.assign(`?${values}`);
  });
}

// Whoever follows a link ends the answer, and is not called back.
addEventListener("beforeunload", () => {
  isLeaving = true;
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const values = query();
  history.replaceState(null, "", `?${values}`);
  runOrGo(values);
});
if (page.querySelector("[data-before]")) runOrGo(query());
