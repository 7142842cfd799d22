// A moment is shown once: as soon as it is on the screen, the kiosk notes that. Without script its button does.
const form = document.querySelector("[data-moment]");
if (form) {
  fetch(form.action, {
    method: "POST", body: new FormData(form), credentials: "same-origin", headers: { "X-Stay": "1" }, keepalive: true,
  }).catch(() => {});
}
