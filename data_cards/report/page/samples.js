// Texts to read: a click on a reason opens its documents; a chosen language goes first.

import { byId } from "./elements.js";
import { times } from "./numbers.js";
import { showScore } from "./scores.js";
import { onChange } from "./state.js";

export function samples() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-opens]");
    if (link && open(link.dataset.opens)) event.preventDefault();
    const button = event.target.closest("button[data-value]");
    if (button) showScore(button.closest("[data-reason]").dataset.reason, Number(button.dataset.value));
  });
  onChange(filter);
  const asked = location.hash.slice(1);
  if (asked) open(asked);
}

// Unfolds a group, and puts the reader in front of it.
function open(anchor) {
  const summary = byId(anchor);
  const group = summary?.closest("details[data-group]");
  if (!group) return false;
  group.open = true;
  summary.focus({ preventScroll: true });
  summary.scrollIntoView();
  history.replaceState(null, "", `#${anchor}`);
  return true;
}

// Of each reason only documents of the language, where there are any.
function filter(language) {
  for (const group of document.querySelectorAll("details[data-reason]")) {
    const all = [...group.querySelectorAll(".sample")];
    const own = all.filter((one) => language.label === null || one.dataset.language === language.label);
    const shown = own.length ? own : all;
    for (const one of all) one.hidden = !shown.includes(one);
    const told = group.querySelector(".filter");
    told.hidden = shown.length === all.length && own.length > 0;
    told.textContent = own.length
      ? `Only ${language.name}: ${times(own.length, "document", "documents")} of ${all.length}.`
      : `None of these ${all.length} is ${language.name}: all are shown.`;
  }
}
