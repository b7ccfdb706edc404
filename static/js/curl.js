// A form "as curl", in step with what is typed: when to ask is settled here, what to ask stands beside it (htmx asks).
const details = document.querySelector("[data-curl]");

if (details) {
  const place = details.querySelector("[hx-post]");
  const ask = () => details.open && htmx.trigger(place, "curl");
  details.querySelector("button[name=curl]").hidden = true;
  details.addEventListener("toggle", ask);
  details.closest("form").addEventListener("input", ask);
  ask();
}
