// Copies the text a button names (data-copy) or the text of the element it points at (data-copy-from).
const SHOWN_MILLISECONDS = 1600;
const announce = document.getElementById("announce");

const reveal = (root) => {
  for (const button of root.querySelectorAll("button.copy[hidden]")) button.hidden = false;
};

const textOf = (button) => button.dataset.copy ?? document.getElementById(button.dataset.copyFrom)?.textContent ?? "";

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http on another host has no clipboard API: copy from a throw-away field.
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button.copy");
  if (!button) return;
  await write(textOf(button));
  button.dataset.copied = "";
  if (announce) announce.textContent = `${button.getAttribute("aria-label")}: ✓`;
  setTimeout(() => delete button.dataset.copied, SHOWN_MILLISECONDS);
});

reveal(document);
for (const name of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.addEventListener(name, (event) => reveal(event.target));
