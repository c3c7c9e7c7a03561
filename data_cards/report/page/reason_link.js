// A reason that leads to documents that it dropped.

import { element } from "./elements.js";

const groups = new Map(
  [...document.querySelectorAll("[data-reason]")].map((one) => [one.dataset.reason, one.dataset.group]),
);

export function reasonLink(name) {
  const anchor = groups.get(name);
  if (!anchor) return element("span", { class: "reason" }, name);
  return element("a", { class: "reason", href: `#${anchor}`, "data-opens": anchor }, name);
}
