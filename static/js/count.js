// A button that says how many boxes are ticked. Without script it says "the chosen clients", which is always true.
for (const button of document.querySelectorAll("[data-count]")) {
  const boxes = [...button.form.querySelectorAll(`input[name="${button.dataset.count}"]`)];
  const say = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    button.textContent = ticked === 1 ? button.dataset.one : button.dataset.many.replace("%n", String(ticked));
  };
  for (const box of boxes) box.addEventListener("change", say);
  // The browser may bring back boxes as they were before the page was left.
  addEventListener("pageshow", say);
  say();
}
