// Takes the token of a hand-over link from behind the #, where no server sees it, and hides the field for it.
const token = location.hash.slice(1);
if (token) {
  const form = document.querySelector("[data-handover]");
  form.elements.token.value = token;
  form.querySelector("[data-handover-code]").hidden = true;
  history.replaceState(null, "", location.pathname);
}
