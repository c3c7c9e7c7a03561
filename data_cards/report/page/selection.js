// What a selection kept of each stratum of a language.

import { chart, noChart } from "./charts.js";
import { data, languages } from "./data.js";
import { byId, choice, element } from "./elements.js";
import { count, number, percent } from "./numbers.js";
import { onChange } from "./state.js";

export function selection() {
  const rules = (data.strata ?? []).filter((rule) => Object.keys(rule.languages).length);
  if (!rules.length) return;
  const names = new Map(languages.map((one) => [one.label, one.name]));
  const rule = choice("selection-rule", "Rule", [["", rules.map((one, place) => [String(place), one.reason])]]);
  const label = choice("selection-language", "Language", []);
  const dimension = choice("selection-dimension", "By", []);
  const controls = byId("selection-controls");
  controls.className = "controls";
  controls.append(...(rules.length > 1 ? [rule.field] : []), label.field, dimension.field);

  const fill = (select, options) => {
    const before = select.value;
    select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
    if (options.some(([value]) => value === before)) select.value = before;
  };
  const update = () => {
    const held = rules[rule.select.value].languages;
    fill(
      label.select,
      Object.keys(held).map((one) => [one, names.get(one) ?? one]),
    );
    const own = held[label.select.value];
    fill(
      dimension.select,
      byStrata(own).map((one) => [one, one.replaceAll("_", " ")]),
    );
    const [strata, more] = own[dimension.select.value];
    draw(strata, more, names.get(label.select.value) ?? label.select.value, dimension.select.value);
  };
  for (const one of [rule, label, dimension]) one.select.addEventListener("change", update);
  onChange((language) => {
    if (language.label === null || !Object.hasOwn(rules[rule.select.value].languages, language.label)) return;
    label.select.value = language.label;
    update();
  });
  update();
}

// Dimensions, those that divide the language first.
function byStrata(own) {
  return Object.keys(own).sort((one, other) => (own[one][0].length < 2) - (own[other][0].length < 2));
}

function draw(strata, more, name, dimension) {
  const figure = byId("selection-chart");
  if (!strata.length) {
    noChart(figure, "No document competed.");
    return;
  }
  const left = more ? ` ${number(more)} more strata are in selection.parquet.` : "";
  chart(figure, {
    label: `${name} by ${dimension}: ${strata.map(([one, competed, kept]) => `${one} ${number(kept)} of ${number(competed)} kept`).join(", ")}`,
    keys: [
      ["before-key", "competed"],
      ["kept-key", "kept"],
    ],
    note: `${name}, by ${dimension.replaceAll("_", " ")}.${left}`,
    figures: [
      `${name} by ${dimension}`,
      ["Stratum", "Competed", "Kept", "Kept, %"],
      () => strata.map(([one, competed, kept]) => [one, number(competed), number(kept), percent(kept, competed)]),
    ],
    draw: (width) => {
      const longest = Math.max(...strata.map(([one]) => one.length));
      return {
        height: 60 + strata.length * 26,
        marginLeft: Math.min(longest * 7 + 16, width * 0.42),
        marginRight: 56,
        x: { label: null, grid: true, ticks: width < 480 ? 3 : 6, tickFormat: count },
        y: {
          label: null,
          domain: strata.map(([one]) => one),
          tickSize: 0,
          padding: 0.2,
          tickFormat: (one) => (one.length > 28 ? `${one.slice(0, 27)}…` : one),
        },
        marks: [
          Plot.barX(strata, { x: (one) => one[1], y: (one) => one[0], fill: "var(--line)" }),
          Plot.barX(strata, {
            x: (one) => one[2],
            y: (one) => one[0],
            fill: "var(--kept)",
            insetTop: 5,
            insetBottom: 5,
          }),
          Plot.text(strata, {
            x: (one) => one[1],
            y: (one) => one[0],
            dx: 5,
            textAnchor: "start",
            fill: "var(--quiet)",
            text: (one) => percent(one[2], one[1]),
          }),
        ],
      };
    },
  });
}
