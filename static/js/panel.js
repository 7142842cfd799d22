// "All negative, in range" fills in the form at once. Without script the page comes back filled in. Nothing is saved
// before the form is sent.
for (const button of document.querySelectorAll("[data-all-negative]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const form = button.form;
    const prefix = button.dataset.allNegative;
    for (const field of form.elements) {
      if (field.type === "radio" && field.name.startsWith(`${prefix}result_`)) field.checked = field.value === "negative";
    }
    for (const [name, value] of [["specimen", "given"], ["temperature", "in_range"]]) {
      const field = form.querySelector(`input[name="${prefix}${name}"][value="${value}"]`);
      if (field) field.checked = true;
    }
    const disputed = form.elements[`${prefix}is_disputed`];
    if (disputed) disputed.checked = false;
    form.querySelector(".btn-primary")?.focus();
  });
}
