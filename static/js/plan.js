// The hours that the ticked weekdays give, and how many tests a week they are. Without script a button counts them.
const form = document.querySelector(".plan-form");
if (form) {
  const required = form.elements.hours_required;
  const hoursAndMinutes = (minutes) => {
    const whole = Math.floor(minutes / 60);
    const rest = minutes % 60;
    return [...(whole || !rest ? [`${whole}\u00a0h`] : []), ...(rest ? [`${rest}\u00a0min`] : [])].join(" ");
  };
  const trackOf = (service) => service.dataset.track ?? service.querySelector("select")?.value;
  const count = () => {
    let minutes = 0;
    const days = new Map();
    const drawn = new Set();
    for (const service of form.querySelectorAll("[data-service]")) {
      const ticked = [...service.querySelectorAll("[data-minutes]:checked")];
      for (const box of ticked) minutes += Number(box.dataset.minutes);
      if (service.querySelector('input[value="drawn"]:checked')) drawn.add(trackOf(service));
      days.set(trackOf(service), (days.get(trackOf(service)) ?? 0) + ticked.length);
    }
    const asked = Number(required.value);
    form.querySelector("[data-hours]").textContent = hoursAndMinutes(minutes);
    form.querySelector("[data-required]").textContent = required.value.trim() || "–";
    form.querySelector("[data-short]").hidden = !(minutes < 60 * asked);
    for (const line of form.querySelectorAll(".sum-tests")) {
      const n = days.get(line.dataset.track) ?? 0;
      const ticked = line.querySelector("[data-days]");
      ticked.textContent = n === 1 ? ticked.dataset.one : ticked.dataset.many.replace("{n}", n);
      if (!line.dataset.paid) continue;
      line.querySelector("[data-more]").hidden = drawn.has(line.dataset.track) || n <= Number(line.dataset.paid);
      line.querySelector("[data-fewer]").hidden = n >= Number(line.dataset.paid);
    }
  };
  form.addEventListener("input", count);
  // The browser may bring back ticks as they were before the page was left.
  addEventListener("pageshow", count);
  form.querySelector("[data-count]").hidden = true;
}
