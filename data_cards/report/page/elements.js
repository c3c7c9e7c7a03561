// Elements made from text: nothing in it is ever read as markup.

export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

// A labelled select; `groups`: [[title, [[value, text], …]], …], a title may be empty.
export function choice(id, title, groups) {
  const select = element("select", { id });
  for (const [name, options] of groups) {
    const made = options.map(([value, text]) => element("option", { value }, text));
    if (name) select.append(element("optgroup", { label: name }, ...made));
    else select.append(...made);
  }
  return { field: element("label", { class: "field" }, title, select), select };
}

// A labelled box to tick.
export function tick(id, title) {
  const box = element("input", { id, type: "checkbox" });
  return { field: element("label", { class: "tick", for: id }, box, title), box };
}

// A row of a table whose first cell is its heading.
export function row(heading, ...cells) {
  return element(
    "tr",
    null,
    element("th", { scope: "row" }, heading),
    ...cells.map((cell) => element("td", null, cell)),
  );
}

export function table(caption, headings, rows) {
  return element(
    "table",
    null,
    element("caption", null, caption),
    element("thead", null, element("tr", null, ...headings.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", null, ...rows.map((cells) => row(...cells))),
  );
}
