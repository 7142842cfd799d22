// The keys on the screen, and the two steps: first the code, then the PIN. A keyboard and a scanner work, too: Enter goes
// on. Without script, the two fields are enough.
const form = document.querySelector("#sign-in");
const keypad = form.querySelector(".keypad");
const main = form.querySelector(".show");
const { code, pin } = form.elements;
const letters = keypad.dataset.letters;
// So many letters stand beside the digits; more have keys of their own behind one that is called ABC.
const BESIDE = 4;
let field = code;
let hasLetters = false;

const key = (text, kind, act) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `key ${kind}`;
  button.textContent = text;
  // The field keeps the focus, so that a keyboard goes on where the finger stopped.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", act);
  return button;
};
const type = (text) => key(text, /\d/.test(text) ? "digit" : "letter", () => {
  if (field.value.length < field.maxLength) field.value += text;
});
const erase = () => {
  const button = key("", "erase", () => { field.value = field.value.slice(0, -1); });
  button.setAttribute("aria-label", main.dataset.erase);
  button.append(form.querySelector("template").content.cloneNode(true));
  return button;
};

const show = () => {
  const isCode = field === code;
  const column = isCode && letters && letters.length <= BESIDE ? [...letters, "-"].slice(0, BESIDE) : [];
  const more = isCode && letters.length > BESIDE;
  const keys = [];
  if (more && hasLetters) {
    keys.push(...[...letters].map(type), key("123", "letter", () => { hasLetters = false; show(); }));
  } else {
    for (let row = 0; row < 3; row += 1) {
      for (const digit of [1, 2, 3]) keys.push(type(String(3 * row + digit)));
      if (column.length) keys.push(column[row] ? type(column[row]) : document.createElement("span"));
      else if (more) keys.push(row ? document.createElement("span") : key("ABC", "letter", () => { hasLetters = true; show(); }));
    }
    keys.push(erase(), type("0"));
    if (column[3]) keys.push(type(column[3]));
  }
  main.textContent = isCode ? main.dataset.next : main.dataset.show;
  main.classList.toggle("wide", isCode && (column.length || more) && !column[3]);
  keypad.replaceChildren(...keys, main);
  keypad.classList.toggle("has-letters", isCode && letters.length > 0 && !hasLetters);
  keypad.classList.toggle("is-letters", isCode && hasLetters);
  for (const one of [code, pin]) one.closest(".entry").classList.toggle("is-on", one === field);
};

const ask = (next) => {
  field = next;
  if (code.type !== "hidden") code.type = field === pin && code.value ? "password" : "text";
  hasLetters = false;
  form.querySelector("[data-change]").hidden = field === code;
  show();
  field.focus();
};

const goOn = (event) => {
  if (field === code) {
    event.preventDefault();
    if (code.value.trim()) ask(pin);
  } else if (!pin.value) {
    event.preventDefault();
  }
};

keypad.hidden = false;
for (const one of [code, pin]) {
  one.inputMode = "none";
  one.addEventListener("focus", () => { if (field !== one) ask(one); });
}
main.addEventListener("pointerdown", (event) => event.preventDefault());
form.addEventListener("submit", goOn);
form.querySelector("[data-change]").addEventListener("click", () => ask(code));

addEventListener("pagehide", () => { code.value = pin.value = ""; });
ask(code.value ? pin : code);
