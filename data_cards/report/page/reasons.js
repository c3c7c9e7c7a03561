// Why documents of a language went.

import { chart, noChart } from "./charts.js";
import { data, every, part } from "./data.js";
import { byId, element, row } from "./elements.js";
import { count, number, percent } from "./numbers.js";
import { reasonLink } from "./reason_link.js";
import { follow } from "./state.js";

const MOST = 15; // bars

export function reasons() {
  if (!data.reasons) return;
  const rows = byId("reasons-rows");
  const written = [...rows.children];
  const whys = new Map(written.map((one, place) => [place, one.querySelector(".why").textContent]));
  follow((language) => {
    const found = part(data.reasons, language);
    draw(byId("reasons-chart"), language, found);
    if (language === every) rows.replaceChildren(...written);
    else rows.replaceChildren(...(found ?? []).map((one) => rowOf(one, language, whys)));
  });
}

function rowOf([place, documents, first, alone], language, whys) {
  const heading = element(
    "span",
    null,
    reasonLink(data.reasons.names[place]),
    " ",
    element("span", { class: "why" }, whys.get(place)),
  );
  return row(heading, number(documents), percent(documents, language.input), number(first), number(alone));
}

function draw(figure, language, found) {
  if (found === undefined) {
    const text = language.rejected
      ? `The reasons of ${language.name} are in evidence/reasons.parquet: this page has no room for them.`
      : `No document of ${language.name} was rejected.`;
    noChart(figure, text);
    return;
  }
  const most = found.slice(0, MOST).map(([place, documents, first]) => [data.reasons.names[place], documents, first]);
  const label = `Most frequent reasons of ${language.name}: ${most.map(([name, many]) => `${name} ${number(many)}`).join(", ")}`;
  chart(figure, {
    label,
    keys: [
      ["kept-key", "as the first reason"],
      ["before-key", "besides another"],
    ],
    draw: (width) => {
      const longest = Math.max(...most.map(([name]) => name.length));
      return {
        height: 30 + most.length * 24,
        marginLeft: Math.min(longest * 7.4 + 14, width * 0.5),
        marginRight: 56,
        x: { label: null, grid: true, ticks: width < 480 ? 3 : 6, tickFormat: count },
        y: { label: null, domain: most.map(([name]) => name), tickSize: 0, padding: 0.25 },
        marks: [
          Plot.barX(most, { x: (one) => one[1], y: (one) => one[0], fill: "var(--line)" }),
          Plot.barX(most, { x: (one) => one[2], y: (one) => one[0], fill: "var(--kept)" }),
          Plot.text(most, {
            x: (one) => one[1],
            y: (one) => one[0],
            dx: 5,
            textAnchor: "start",
            fill: "var(--quiet)",
            text: (one) => number(one[1]),
          }),
        ],
      };
    },
  });
}
