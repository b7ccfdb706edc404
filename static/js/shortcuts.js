// Single keys, where no field has the focus. What a key does is written on the element: data-key="n".
const isTyping = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

function focus(selector) {
  const field = document.querySelector(selector);
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

function step(by) {
  const rows = [...document.querySelectorAll(".table tbody tr")];
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.max(0, Math.min(rows.length - 1, here < 0 ? 0 : here + by))];
  row?.querySelector("a")?.focus();
  return Boolean(row);
}

const keys = {
  "/": () => focus("[data-global-search]"),
  f: () => focus("[data-list-search]"),
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement.closest("tr")?.querySelector("input[type=checkbox]")?.click(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const element = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const act = keys[event.key] ?? (element && (() => element.click()));
  if (!act) return;
  event.preventDefault();
  act();
});
