// Elements made of parts. What comes from the release is only ever text: nothing here reads HTML.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (["value", "checked", "disabled", "hidden", "selected", "open"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function option(value, label, chosen) {
  return h("option", { value, selected: value === chosen }, label);
}

const whole = new Intl.NumberFormat("en");
export const count = (n) => whole.format(n);
export function figure(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "number") return String(value);
  if (Number.isInteger(value)) return Math.abs(value) < 1e6 ? count(value) : String(value);
  return String(Number(value.toPrecision(4)));
}
export const percent = (part, of) => (of ? `${((100 * part) / of).toFixed(1)} %` : "–");
export const flat = (text) => text.pieces.map((piece) => piece[0]).join("");

export function pieces(parts) {
  return parts.map(([part, unseen]) => (unseen ? h("span", { class: "unseen" }, part) : part));
}

// A text to read: in its own direction and language, with what cannot be seen written out.
export function textBlock(text, { label, more = null } = {}) {
  if (!text) return h("p", { class: "quiet" }, "No text here.");
  const block = h("div", { class: "text", dir: "auto", lang: text.lang, role: "region", "aria-label": label, tabindex: "0" });
  block.append(...pieces(text.pieces));
  const facts = [`${count(text.length)} characters`];
  if (text.shown < text.length) facts.push(`the first ${count(text.shown)} are shown`);
  return h("div", { class: "texted" }, block, h("p", { class: "facts" }, facts.join(", "), text.shown < text.length && more ? more : null));
}

// A short value, in its own direction.
export function short(value, lang = null, className = null) {
  return h("bdi", { dir: "auto", lang, class: className }, value === null || value === undefined ? "–" : Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : typeof value === "string" ? value : figure(value));
}

export function table(headings, rows, { caption, className = null } = {}) {
  return h(
    "div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: className },
      h("caption", { class: "unheard" }, caption),
      h("thead", {}, h("tr", {}, headings.map((heading) => h("th", { scope: "col", class: heading.number ? "number" : null }, heading.label ?? heading)))),
      h("tbody", {}, rows)),
  );
}

export function problem(error) {
  const place = document.getElementById("problem");
  if (error?.name === "AbortError") return;
  place.replaceChildren(error ? error.message : "");
  place.hidden = !error;
}

export function debounced(action, wait = 120) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...given), wait);
  };
}
