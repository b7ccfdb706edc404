// Beside a document that is edited as JSON: keeps the line numbers in step with what is typed.
const code = document.querySelector("[data-code]");
const area = code?.querySelector("textarea");
const numbers = code?.querySelector("ol");
const MOST_LINES = 3000;

function number() {
  const count = area.value.split("\n").length;
  area.rows = count;
  if (count > MOST_LINES || numbers.children.length === count) return;
  code.querySelector(".code-notes")?.remove(); // the lines have moved: the list above still names them
  numbers.replaceChildren(
    ...Array.from({ length: count }, (_, index) =>
      Object.assign(document.createElement("li"), { id: `line-${index + 1}`, textContent: index + 1 }),
    ),
  );
}

area?.addEventListener("input", number);
