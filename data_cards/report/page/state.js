// The language that all sections show.

import { every } from "./data.js";

let chosen = every;
const listeners = [];

export function language() {
  return chosen;
}

export function choose(next) {
  chosen = next;
  for (const listener of listeners) listener(chosen);
}

// Calls `listener` now and whenever another language is chosen.
export function follow(listener) {
  listeners.push(listener);
  listener(chosen);
}

// Calls `listener` when another language is chosen.
export function onChange(listener) {
  listeners.push(listener);
}
