// Say at once whether a number counts. Without script, the line at the field says from where on it does. The limit is
// that of one day: once somebody changes the day of the visit, the page no longer says whether the number counts.
for (const field of document.querySelectorAll("input[data-limit]")) {
  const says = document.createElement("output");
  says.className = "reading-says";
  field.after(says);
  const day = field.form.elements.happened_on;
  const show = () => {
    const isOtherDay = Boolean(day) && day.value !== field.dataset.day;
    const typed = field.value.trim();
    const isNumber = /^[0-9]+$/.test(typed);
    const counts = isNumber && Number(typed) <= Number(field.dataset.limit);
    const said = isNumber ? (counts ? field.dataset.counts : field.dataset.misses) : "";
    says.textContent = isOtherDay ? field.dataset.otherDay : said;
    says.classList.toggle("counts", counts && !isOtherDay);
    says.classList.toggle("calm", isOtherDay);
  };
  for (const one of [field, day]) one?.addEventListener("input", show);
  show();
}
