// Beside a new password: generate, show, and how strong. Everything is drawn by the server and unhidden here.
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"; // no 0 O 1 l I: it is typed on key pads
const LENGTH = 20;

function generate() {
  const limit = 256 - (256 % ALPHABET.length);
  let text = "";
  while (text.length < LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(LENGTH))) {
      if (byte < limit && text.length < LENGTH) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}

// Bits an attacker has to guess: length times the size of the alphabets used, less for repeats.
function bits(text) {
  const kinds = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[^a-zA-Z0-9]/, 33]];
  const size = kinds.reduce((sum, [kind, count]) => sum + (kind.test(text) ? count : 0), 0);
  return Math.log2(size || 1) * Math.min([...text].length, new Set(text).size * 2);
}

function level(text) {
  const strength = bits(text);
  return text === "" ? 0 : strength < 48 ? 1 : strength < 72 ? 2 : 3;
}

for (const box of document.querySelectorAll("[data-password]")) {
  const input = box.querySelector("input");
  const [make, show] = [box.querySelector("[data-generate]"), box.querySelector("[data-reveal]")];
  const meter = box.querySelector("meter");
  const word = box.querySelector("[data-strength-word]");
  const reveal = (visible) => {
    input.type = visible ? "text" : "password";
    show.setAttribute("aria-pressed", String(visible));
  };
  const measure = () => {
    meter.value = level(input.value);
    word.textContent = word.dataset.words.split("|")[level(input.value)];
  };
  box.querySelectorAll("[hidden]").forEach((part) => (part.hidden = false));
  make.addEventListener("click", () => {
    input.value = generate();
    reveal(true);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
  });
  show.addEventListener("click", () => reveal(input.type === "password"));
  input.addEventListener("input", measure);
  measure();
}
