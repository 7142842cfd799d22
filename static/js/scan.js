// A scanner types what is on the label and then Enter, which would send a form that is half filled in. In a field
// with `data-scan`, Enter goes to the next field instead. Without script the form comes back with what was typed.
for (const field of document.querySelectorAll("[data-scan]")) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const fields = [...field.form.elements].filter(
      (one) => one.matches("input:not([type=hidden]), select, textarea, button") && !one.disabled && one.offsetParent
    );
    const next = fields[fields.indexOf(field) + 1];
    // Of radio buttons, the chosen one is where the keyboard goes on.
    const chosen = next?.type === "radio" && fields.find((one) => one.name === next.name && one.checked);
    (chosen || next)?.focus();
  });
}
