// Say while somebody types how strong a new password is, in the words that the page brings. Whether it may stand is decided
// when the form is sent: common passwords and names are known to the server alone.
for (const field of document.querySelectorAll("input[data-strengths]")) {
  const steps = JSON.parse(field.dataset.strengths).reverse();
  const says = document.createElement("output");
  says.className = "strength-says";
  says.htmlFor = field.id;
  field.after(says);
  field.addEventListener("input", () => {
    // The same letter again makes no password longer.
    const length = [...field.value.replace(/(.)\1+/gu, "$1")].length;
    const isLong = [...field.value].length >= Number(field.dataset.least);
    const said = isLong ? steps.find(([least]) => length >= least)[1] : "";
    // What is not said again is not read out again.
    if (says.textContent !== said) says.textContent = said;
  });
}
