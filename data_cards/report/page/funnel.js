// The way of the documents of a language: after each stage what is left, and what it dropped.

import { chart } from "./charts.js";
import { data, every, part } from "./data.js";
import { byId, element, row } from "./elements.js";
import { count, number, percent } from "./numbers.js";
import { reasonLink } from "./reason_link.js";
import { follow } from "./state.js";

export function funnel() {
  const rows = byId("funnel-rows");
  const written = [...rows.children];
  follow((language) => {
    draw(byId("funnel-chart"), language);
    rows.replaceChildren(...(language === every ? written : rowsOf(language)));
  });
}

// Name, dropped, left of each step.
function steps(language) {
  let left = language.input;
  const found = [["read", 0, left]];
  const add = (name, dropped) => found.push([name, dropped, (left -= dropped)]);
  if (language.dead) add("dead", language.dead);
  data.stages.forEach((name, place) => add(name, language.stages[place]));
  found.push(["released", 0, left]);
  return found;
}

function draw(figure, language) {
  const found = steps(language);
  const label =
    `Of ${number(language.input)} documents read of ${language.name}, ${number(language.released)} were released: ` +
    found
      .filter(([, dropped]) => dropped)
      .map(([name, dropped]) => `${name} dropped ${number(dropped)}`)
      .join(", ");
  chart(figure, {
    label,
    keys: [
      ["kept-key", "left"],
      ["dropped-key", "dropped here"],
    ],
    draw: (width) => {
      const longest = Math.max(...found.map(([name]) => name.length));
      const narrow = width < 480;
      return {
        height: 30 + found.length * 30,
        marginLeft: Math.min(longest * 7.6 + 14, width * 0.36),
        marginRight: narrow ? 14 : 140,
        marginBottom: 30,
        x: { label: null, grid: true, ticks: narrow ? 3 : 6, tickFormat: count },
        y: { label: null, domain: found.map(([name]) => name), tickSize: 0, padding: 0.25 },
        marks: [
          Plot.barX(found, { x: (one) => one[2], y: (one) => one[0], fill: "var(--kept)" }),
          Plot.barX(found, {
            x1: (one) => one[2],
            x2: (one) => one[1] + one[2],
            y: (one) => one[0],
            fill: "url(#hatch)",
          }),
          ...(narrow ? [] : [counts(found, language)]),
        ],
      };
    },
  });
}

function counts(found, language) {
  return Plot.text(found, {
    x: (one) => one[1] + one[2],
    y: (one) => one[0],
    dx: 6,
    textAnchor: "start",
    fontVariant: "tabular-nums",
    fill: "var(--quiet)",
    text: (one) => (one[1] ? `−${number(one[1])} (${percent(one[1], language.input)})` : number(one[2])),
  });
}

function rowsOf(language) {
  const reasons = data.reasons ? part(data.reasons, language) : undefined;
  return steps(language).map(([name, dropped, left]) => {
    const made = row(
      name,
      dropped ? number(dropped) : "",
      dropped ? percent(dropped, language.input) : "",
      number(left),
      chips(name, reasons),
    );
    made.lastChild.className = "wide";
    if (name === "released") made.className = "sum";
    return made;
  });
}

function chips(stage, reasons) {
  const own = (reasons ?? []).filter(([place, , first]) => first && data.reasons.stages[place] === stage);
  own.sort((one, other) => other[2] - one[2]);
  return element(
    "ul",
    { class: "chips" },
    ...own.map(([place, , first]) => element("li", null, reasonLink(data.reasons.names[place]), ` ${number(first)}`)),
  );
}
