// The bars of a chart are links. The arrow keys, Home and End move from one to the next, so that Tab does not have to go
// through all of them.
const bars = [...document.querySelectorAll("[data-bars] a")];

function stop(at) {
  bars.forEach((bar, place) => bar.setAttribute("tabindex", place === at ? "0" : "-1"));
}

document.querySelector("[data-bars]").addEventListener("keydown", (event) => {
  const at = bars.indexOf(event.target.closest("a"));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: bars.length - 1 }[event.key];
  if (at < 0 || to === undefined || !bars[to]) return;
  event.preventDefault();
  stop(to);
  bars[to].focus();
});
stop(0);
