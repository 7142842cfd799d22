// The door while nobody uses it. An ID card that is held up to the reader arrives as 39 digits and Enter.
import { askBeforeLeaving } from "./kiosk_gone.js";

const form = document.querySelector("#scanned");
const LENGTH = 39;
let digits = "";

askBeforeLeaving(location.href);
addEventListener("keydown", (event) => {
  if (event.key >= "0" && event.key <= "9" && event.key.length === 1) {
    digits = (digits + event.key).slice(-LENGTH);
  } else if (event.key === "Enter" && digits.length === LENGTH) {
    event.preventDefault();
    form.elements.code.value = digits;
    form.requestSubmit();
  } else if (event.key !== "Shift") {
    digits = "";
  }
});
