// The search in the bar: results while one types, arrows to move, Enter to open, Escape to leave. Without it, the form is sent.
const input = document.querySelector("[data-global-search]");
const panel = document.getElementById("search-results");
const announce = document.getElementById("announce");
let active = -1;

const options = () => [...panel.querySelectorAll("a[role=option]")];

function mark(index) {
  const all = options();
  all[active]?.setAttribute("aria-selected", "false");
  active = all.length ? (index + all.length) % all.length : -1;
  const option = all[active];
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function show(open) {
  panel.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  if (!open) {
    active = -1;
    input.removeAttribute("aria-activedescendant");
  }
}

const keys = {
  ArrowDown: () => (panel.hidden && panel.children.length ? show(true) : mark(active + 1)),
  ArrowUp: () => mark(active < 0 ? -1 : active - 1),
  Escape: () => (panel.hidden ? input.blur() : show(false)),
};

if (input && panel) {
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": panel.id, "aria-expanded": "false" };
  for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
  input.addEventListener("keydown", (event) => {
    const chosen = options()[active];
    if (event.key === "Enter" && chosen && !panel.hidden) {
      event.preventDefault();
      chosen.click();
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  panel.addEventListener("htmx:afterSwap", () => {
    active = -1;
    input.removeAttribute("aria-activedescendant");
    show(panel.children.length > 0 && document.activeElement === input);
    announce.textContent = panel.querySelector("[data-announce]")?.textContent ?? "";
  });
  input.addEventListener("focus", () => panel.children.length && show(true));
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".global-search")) show(false);
  });
  document.addEventListener("focusin", (event) => {
    if (!event.target.closest(".global-search")) show(false);
  });
}
