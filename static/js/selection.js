// Rows of a list: the box in the head selects the page, shift selects a run, the line above says how many.
const announce = document.getElementById("announce");
let last = null;

const boxes = (list) => [...list.querySelectorAll("tbody input[type=checkbox]")];

function refresh(list) {
  const all = boxes(list);
  const chosen = all.filter((box) => box.checked).length;
  const head = list.querySelector("thead input[type=checkbox]");
  if (head) {
    head.hidden = false;
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }
  const everything = list.querySelector("input[name=all]");
  if (everything && chosen < all.length) everything.checked = false;
  const line = list.querySelector("[data-selected]");
  if (!line) return;
  const count = everything?.checked ? everything.value : chosen;
  line.textContent = line.dataset.selected.replace("#", count);
  if (announce && chosen) announce.textContent = line.textContent;
}

function run(list, box) {
  const all = boxes(list);
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (from >= 0) for (const between of all.slice(from, to + 1)) between.checked = box.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".list input[type=checkbox]");
  if (!box) return;
  const list = box.closest(".list");
  if (box.closest("thead")) for (const row of boxes(list)) row.checked = box.checked;
  else if (box.name === "all") { if (box.checked) for (const row of boxes(list)) row.checked = true; }
  else if (event.shiftKey && last) run(list, box);
  if (box.closest("tbody")) last = box;
  refresh(list);
});

const start = () => document.querySelectorAll(".list").forEach(refresh);
start();
document.addEventListener("htmx:afterSettle", start);
window.addEventListener("pageshow", start);
