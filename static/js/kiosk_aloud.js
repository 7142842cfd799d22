// Read the page aloud with the browser's own speech, in the page's language, sentence by sentence. Where the browser has no
// speech, the button stays away. While it reads, somebody is there: each sentence keeps the page open as a touch does.
const button = document.querySelector("[data-aloud]");
const main = document.querySelector("#content");
const LOCALES = { en: "en-US", es: "es-US", pt: "pt-BR" };
const BLOCKS = "h1, h2, h3, p, li, dt, dd, summary, td, th, [data-read]";
const SILENT = "[aria-hidden=true], [hidden], button, form, script, details:not([open]) > :not(summary)";

const words = (one) => {
  if (one.nodeType === Node.TEXT_NODE) return one.textContent;
  if (one.nodeType !== Node.ELEMENT_NODE || one.matches(SILENT)) return " ";
  if (one.matches("svg, img, [role=img]")) return ` ${one.getAttribute("aria-label") ?? one.getAttribute("alt") ?? ""} `;
  return [...one.childNodes].map(words).join(one.matches("span, strong, br") ? " " : "");
};

// The words of the page in the order of reading: a block is read on its own, and what stands outside of blocks between them.
const sentences = () => {
  const found = [];
  let loose = "";
  const end = () => {
    if (loose.trim()) found.push(loose);
    loose = "";
  };
  const walk = (one) => {
    for (const child of one.childNodes) {
      if (child.nodeType === Node.ELEMENT_NODE && !child.matches(SILENT) && child.querySelector(BLOCKS)) {
        end();
        walk(child);
        end();
      } else if (child.nodeType === Node.ELEMENT_NODE && child.matches(BLOCKS)) {
        end();
        if (!child.matches(SILENT)) found.push(words(child));
      } else {
        loose += ` ${words(child)} `;
      }
    }
  };
  walk(main);
  end();
  return found.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => /[\p{L}\p{N}]/u.test(text));
};

if (button && main && "speechSynthesis" in window && "SpeechSynthesisUtterance" in window) {
  const word = button.querySelector("span");
  const listen = word.textContent;
  const locale = LOCALES[document.documentElement.lang] ?? document.documentElement.lang;
  let left = 0;

  const stop = () => {
    left = 0;
    speechSynthesis.cancel();
    word.textContent = listen;
  };
  const read = () => {
    const voice = speechSynthesis.getVoices().find((one) => one.lang.replace("_", "-").startsWith(locale.slice(0, 2)));
    const all = sentences();
    left = all.length;
    if (left === 0) return;
    word.textContent = button.dataset.stop;
    for (const text of all) {
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.lang = locale;
      if (voice) utterance.voice = voice;
      utterance.addEventListener("start", () => main.dispatchEvent(new Event("input", { bubbles: true })));
      utterance.addEventListener("end", () => {
        left -= 1;
        if (left === 0) stop();
      });
      utterance.addEventListener("error", () => {
        if (left > 0) stop();
      });
      speechSynthesis.speak(utterance);
    }
  };

  button.hidden = false;
  button.addEventListener("click", () => (left > 0 ? stop() : read()));
  addEventListener("pagehide", stop);
  // The question "Are you still there?" is read by itself.
  const question = document.querySelector("#still-there");
  if (question) new MutationObserver(() => { if (question.open) stop(); }).observe(question, { attributeFilter: ["open"] });
}
