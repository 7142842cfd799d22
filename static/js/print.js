// Paper is for whoever has script: without it the browser's own menu prints, and the button stays away.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
