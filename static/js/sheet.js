// A group's sheet: toggles show the value that they were given, and the foot counts what the save will record.
// Without script the toggles open all the same, and the answer counts.
const sheet = document.querySelector("[data-sheet]");
if (sheet) {
  const rows = [...sheet.querySelectorAll("[data-row]")];
  const minutesOf = (time) => (time ? Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) : null);
  const twelve = (time) => `${Number(time.slice(0, 2)) % 12 || 12}:${time.slice(3, 5)}`;
  const begins = minutesOf(sheet.dataset.begins);
  const ends = begins + Number(sheet.dataset.minutes);
  const field = (row, name) => row.querySelector(`[name^="${name}-"]`);

  const minutesHere = (row) => {
    const came = minutesOf(field(row, "arrived").value) ?? begins;
    const left = minutesOf(field(row, "left").value) ?? ends;
    return Math.max(0, Math.min(left, ends) - Math.max(came, begins));
  };
  const showValue = (row) => {
    const value = row.querySelector("[data-value]");
    const away = field(row, "excuse").selectedOptions[0];
    const pays = row.dataset.earns;
    const isHere = row.querySelector(".tick").checked;
    const here = minutesHere(row);
    const isShort = isHere && here < Number(sheet.dataset.needed);
    value.textContent = away.value ? (away.value === "none" || pays === "–" ? "–" : sheet.dataset.stepKept) : isShort && pays !== "–" ? sheet.dataset.noPoints : pays;
    value.classList.toggle("none", !isHere || isShort || pays === "–");
    if (isShort) {
      const why = document.createElement("small");
      why.textContent = sheet.dataset.short.replace("{n}", here);
      value.append(why);
    }
  };
  const showToggles = (row) => {
    for (const one of row.querySelectorAll("[data-opens]")) {
      const input = one.querySelector("input, select");
      const word = one.dataset.opens.split(" ")[0];
      const value = input.tagName === "SELECT" ? input.value && input.selectedOptions[0].text : input.value && `${word} ${twelve(input.value)}`;
      one.querySelector("[data-shown]").textContent = value || one.dataset.opens;
      one.querySelector("summary").classList.toggle("is-on", Boolean(value));
    }
  };
  const count = () => {
    const away = rows.filter((row) => field(row, "excuse").value);
    const here = rows.filter((row) => row.querySelector(".tick").checked && !away.includes(row));
    const counts = { here: here.length, away: away.length, open: rows.length - here.length - away.length };
    for (const [name, n] of Object.entries(counts)) {
      const line = sheet.querySelector(`[data-count="${name}"]`);
      line.querySelector("strong").textContent = n;
      line.hidden = n === 0;
    }
    const save = sheet.querySelector("[data-save]");
    const saved = here.length + away.length;
    const { saveNone, saveOne, saveMany } = sheet.dataset;
    if (save) save.textContent = saved === 0 ? saveNone : saved === 1 ? saveOne : saveMany.replace("{n}", saved);
    const all = document.querySelector("[data-tick-all]");
    if (all) all.hidden = counts.open === 0;
  };
  const show = (row) => {
    showToggles(row);
    showValue(row);
    count();
  };

  for (const row of rows) {
    const tick = row.querySelector(".tick");
    row.addEventListener("input", (event) => {
      const is = (name) => event.target === field(row, name);
      // Who came late or left early was here; who is not here was not.
      if ((is("arrived") || is("left")) && event.target.value) tick.checked = true;
      if (is("excuse") && event.target.value) {
        tick.checked = false;
        field(row, "arrived").value = field(row, "left").value = "";
      }
      if (tick.checked && (event.target === tick || !is("excuse"))) field(row, "excuse").value = "";
      if (is("excuse")) event.target.closest("details").open = false;
      show(row);
    });
    for (const one of row.querySelectorAll("[data-opens]")) {
      one.addEventListener("toggle", () => {
        const input = one.querySelector("input, select");
        if (!one.open) return;
        const now = new Date();
        const minutes = now.getHours() * 60 + now.getMinutes();
        if (input.type === "time" && !input.value && begins < minutes && minutes < ends) {
          input.value = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
          input.dispatchEvent(new Event("input", { bubbles: true }));
        }
        input.focus();
      });
    }
    row.addEventListener("keydown", (event) => {
      const open = event.target.closest("details[open]");
      if (event.key !== "Escape" || !open) return;
      open.open = false;
      open.querySelector("summary").focus();
    });
  }
  // A touch elsewhere closes what is open.
  addEventListener("pointerdown", (event) => {
    for (const open of sheet.querySelectorAll("details[open][data-opens]")) if (!open.contains(event.target)) open.open = false;
  });
  document.querySelector("[data-tick-all]")?.addEventListener("click", () => {
    for (const row of rows) if (!field(row, "excuse").value) row.querySelector(".tick").checked = true;
    rows.forEach(show);
  });
  // The browser may bring back ticks as they were before the page was left.
  addEventListener("pageshow", () => rows.forEach(show));
}
