// Two texts side by side, with what differs marked. Words are cut by the rules of the language, where there are such.

import { count, flat, h } from "./dom.js";

const LONGEST = 30000; // characters of both; longer ones are compared line by line
const PATIENCE = 1500; // milliseconds

function compared(before, after, lang) {
  const { Diff } = window;
  if (before.length + after.length <= LONGEST) {
    const options = { timeout: PATIENCE };
    try {
      options.intlSegmenter = new Intl.Segmenter(lang ?? undefined, { granularity: "word" });
    } catch { /* words are then cut at white space */ }
    const found = Diff.diffWordsWithSpace(before, after, options);
    if (found) return { parts: found, by: "words" };
  }
  const lines = Diff.diffLines(before, after, { timeout: PATIENCE });
  return lines ? { parts: lines, by: "lines" } : null;
}

export function sideBySide(left, right, labels) {
  const [before, after] = [flat(left), flat(right)];
  if (before === after) return h("p", { class: "quiet" }, `${labels[0]} and ${labels[1].toLowerCase()} are the same, character by character.`);
  const found = compared(before, after, left.lang ?? right.lang);
  const column = (text, skip, tag) => h("div", { class: "text", dir: "auto", lang: text.lang, tabindex: "0", role: "region", "aria-label": skip === "added" ? labels[0] : labels[1] },
    found ? found.parts.filter((part) => !part[skip]).map((part) => (part.added || part.removed ? h(tag, {}, part.value) : part.value)) : flat(text));
  const changed = found ? found.parts.filter((part) => part.added || part.removed).length : 0;
  return h("div", { class: "difference" },
    h("div", { class: "pair" },
      h("div", {}, h("h4", {}, labels[0]), column(left, "added", "del")),
      h("div", {}, h("h4", {}, labels[1]), column(right, "removed", "ins"))),
    h("p", { class: "facts" }, found ? `${count(changed)} ${changed === 1 ? "stretch differs" : "stretches differ"}, compared by ${found.by}` : "Too different to compare in reasonable time: nothing is marked"));
}
