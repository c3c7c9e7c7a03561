// Names of language pairs.

import { languages } from "./data.js";

const names = new Map(languages.map((one) => [one.label, one.name]));

// `eng_Latn>fra_Latn` as English → French.
export function pairName(label) {
  const parts = label.split(">").map((one) => names.get(one) ?? one);
  return parts[0] === parts[1] ? parts[0] : parts.join(" → ");
}
