// A scanner types the 39 digits of an ID card and then Enter, wherever the keyboard is. The client is then looked for in
// the search of the header: the Enter sends no form that is half filled in, and it presses no button. A field with
// `data-card` takes a card itself. Without script, a card is scanned into the search.
const find = document.querySelector("#find");
const LENGTH = 39;
let digits = "";

addEventListener("keydown", (event) => {
  if (event.isComposing || event.key === "Shift") return;
  if (event.key.length === 1 && event.key >= "0" && event.key <= "9") {
    digits = (digits + event.key).slice(-LENGTH);
    return;
  }
  const number = event.key === "Enter" && digits.length === LENGTH ? digits : "";
  digits = "";
  if (!number || !find || event.target.closest("[data-card]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  find.value = number;
  find.form.requestSubmit();
}, true);
