// Charts: drawn to the width that is there, named for a screen reader, with their figures as a table.

import { element, table } from "./elements.js";

const NAME = "plot"; // the page's policy knows the style of charts of this class

// Draws into a figure now and whenever its width changes. `draw(width)` gives the options of Plot; `figures`, if given,
// [caption, headings, rows]; `keys`: [[class, text], …].
export function chart(figure, { label, draw, keys = [], figures = null, note = null }) {
  const holder = element("div", { role: "img", "aria-label": label });
  const legend = keys.map(([name, text]) => element("span", { class: `key ${name}` }, text));
  figure.replaceChildren(
    ...(legend.length ? [element("div", { class: "keys", "aria-hidden": "true" }, ...legend)] : []),
    holder,
    ...(note ? [element("figcaption", null, note)] : []),
    ...(figures ? [behind(figures)] : []),
  );
  figure.redraw = (width) => {
    const made = Plot.plot({ className: NAME, width, style: { fontSize: "12px" }, ...draw(width) });
    made.setAttribute("aria-hidden", "true"); // its label says it; the table has the figures
    holder.replaceChildren(made);
  };
  figure.drawn = Math.floor(figure.clientWidth);
  if (figure.drawn) figure.redraw(figure.drawn);
  observer.observe(figure);
}

// Says why there is no chart.
export function noChart(figure, text) {
  observer.unobserve(figure);
  figure.replaceChildren(element("p", { class: "quiet" }, text));
}

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const width = Math.floor(target.clientWidth);
    if (!width || width === target.drawn) continue;
    target.drawn = width;
    target.redraw(width);
  }
});

// The table is made when it is opened.
function behind([caption, headings, rows]) {
  const folded = element("details", { class: "figures" }, element("summary", null, "Figures as a table"));
  const fill = () => {
    const made = element("div", { class: "scroll tall", role: "region", "aria-label": caption, tabindex: "0" });
    made.append(table(caption, headings, rows()));
    folded.append(made);
  };
  folded.addEventListener("toggle", fill, { once: true });
  return folded;
}
