// The search box for languages: type a part of a name or label, choose with the arrows and Enter, or click.

import { every, languages } from "./data.js";
import { element } from "./elements.js";
import { number } from "./numbers.js";
import { choose, language } from "./state.js";

const MOST = 60;

export function languageBox() {
  const input = element("input", {
    id: "language",
    class: "search",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-expanded": "false",
    "aria-controls": "language-options",
    "aria-autocomplete": "list",
  });
  const list = element("ul", {
    id: "language-options",
    class: "options",
    role: "listbox",
    "aria-label": "Languages",
    hidden: true,
  });
  let found = [];
  let active = -1;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = nameOf(language());
  };
  const take = (one) => {
    choose(one);
    close();
  };
  const move = (to) => {
    active = Math.max(0, Math.min(found.length - 1, to));
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === active)));
    const item = list.children[active];
    if (!item?.id) return;
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const open = (query) => {
    found = matching(query);
    list.replaceChildren(...found.map(option));
    if (!found.length) list.append(element("li", { class: "none" }, "No such language in this release"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    move(query ? 0 : Math.max(0, found.indexOf(language())));
  };

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => open(""));
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && !list.hidden && found[active]) take(found[active]);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) open("");
      else move(active + (event.key === "ArrowDown" ? 1 : -1));
    } else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the box keeps the focus
    const item = event.target.closest("[role=option]");
    if (item) take(found[[...list.children].indexOf(item)]);
  });
  close();
  return element(
    "div",
    { class: "combobox" },
    element("label", { for: "language" }, "Language"),
    element("div", { class: "pick" }, input, list),
  );
}

function nameOf(one) {
  return one.label === null ? "All languages" : one.name;
}

function option(one, place) {
  return element(
    "li",
    { id: `language-option-${place}`, role: "option", "aria-selected": "false" },
    element("span", null, nameOf(one)),
    element("span", { class: "quiet" }, number(one.input)),
  );
}

function matching(query) {
  const wanted = query.trim().toLowerCase();
  const all = [every, ...languages];
  if (!wanted) return all.slice(0, MOST);
  const begins = [];
  const holds = [];
  for (const one of all) {
    const name = nameOf(one).toLowerCase();
    const label = (one.label ?? "").toLowerCase();
    if (name.startsWith(wanted) || label.startsWith(wanted) || one.tag === wanted) begins.push(one);
    else if (name.includes(wanted)) holds.push(one);
  }
  return [...begins, ...holds].slice(0, MOST);
}
