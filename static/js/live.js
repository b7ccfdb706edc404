// Registration states, kept up to date: when to ask is settled here, what to ask stands in #live (htmx asks and replaces).
// Asks more and more seldom while nothing changes, and not at all while nobody looks.
const FIRST_MILLISECONDS = 5_000;
const LAST_MILLISECONDS = 60_000;
let wait = FIRST_MILLISECONDS;
let timer;

const later = () => {
  clearTimeout(timer);
  if (document.getElementById("live") && !document.hidden) timer = setTimeout(ask, wait);
};

function ask() {
  const live = document.getElementById("live");
  if (live) htmx.trigger(live, "live");
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id !== "live") return;
  const { status } = event.detail.xhr;
  wait = status === 200 ? FIRST_MILLISECONDS : Math.min(wait * 1.5, LAST_MILLISECONDS);
  if (status < 400) later();
});

// What reads the same stays, and so does what one is in the middle of.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!target.id.startsWith("live-")) return;
  const isSame = target.innerHTML === fragment.innerHTML;
  if (isSame || target.contains(document.activeElement)) event.detail.shouldSwap = false;
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return clearTimeout(timer);
  wait = FIRST_MILLISECONDS;
  ask();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "list") later();
});
later();
