// Say at once whether a number counts. Without script, the line below the field says from where on it does.
for (const field of document.querySelectorAll("input[data-limit]")) {
  const says = document.createElement("output");
  says.className = "reading-says";
  field.after(says);
  const show = () => {
    const typed = field.value.trim();
    const isNumber = /^[0-9]+$/.test(typed);
    const counts = isNumber && Number(typed) <= Number(field.dataset.limit);
    says.textContent = isNumber ? (counts ? field.dataset.counts : field.dataset.misses) : "";
    says.classList.toggle("counts", counts);
  };
  field.addEventListener("input", show);
  show();
}
