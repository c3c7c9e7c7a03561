// Round trips: BLEU beside chrF of the way back, accepted and quarantined rows.

import { chart, noChart } from "./charts.js";
import { data } from "./data.js";
import { byId, choice } from "./elements.js";
import { number, short } from "./numbers.js";

export function roundTrips() {
  if (!data.roundTrips) return;
  const { pairs, rows } = data.roundTrips;
  const names = pairs.map(([stage, name], place) => [String(place), `${name}, ${stage}`]);
  const { field, select } = choice("round-trips-pair", "Pair", [["", [["", "all pairs"], ...names]]]);
  const controls = byId("round-trips-controls");
  controls.className = "controls";
  controls.append(field);
  const draw = () => show(rows, select.value === "" ? null : Number(select.value));
  select.addEventListener("change", draw);
  draw();
}

function show(rows, wanted) {
  const figure = byId("round-trips-chart");
  const { pairs } = data.roundTrips;
  const points = rows
    .filter(([place]) => wanted === null || place === wanted)
    .map(([place, accepted, bleu, chrf]) => ({ pair: pairs[place][1], accepted: accepted === 1, bleu, chrf }));
  if (!points.length) {
    noChart(figure, "No row of this pair has both scores.");
    return;
  }
  const accepted = points.filter((one) => one.accepted);
  const refused = points.filter((one) => !one.accepted);
  // Where pairs have different limits, the lines of one pair would be wrong for another.
  const limit = (at) => {
    const of = new Set((wanted === null ? pairs : [pairs[wanted]]).map((pair) => pair[at]));
    return of.size === 1 && !of.has(null) ? [...of] : [];
  };
  const title = (one) =>
    `${one.pair}\nBLEU ${short(one.bleu)}, chrF ${short(one.chrf)}, ${one.accepted ? "accepted" : "quarantined"}`;
  const line = { stroke: "var(--ink)", strokeWidth: 1.5, strokeDasharray: "5,4" };
  chart(figure, {
    label: `Scatter plot of BLEU and chrF of the way back: ${number(accepted.length)} accepted and ${number(refused.length)} quarantined rows. The table below has the medians.`,
    keys: [
      ["kept-key round", `accepted, a disc: ${number(accepted.length)}`],
      ["cross-key", `quarantined, a cross: ${number(refused.length)}`],
      ...(limit(2).length || limit(3).length ? [["limit-key", "limit"]] : []),
    ],
    draw: (width) => ({
      width: Math.min(width, 760),
      height: Math.min(width, 460),
      marginLeft: 44,
      marginBottom: 40,
      x: { label: "BLEU", domain: [0, 100], grid: true, ticks: 5 },
      y: { label: "chrF", domain: [0, 100], grid: true, ticks: 5 },
      marks: [
        Plot.ruleX(limit(2), line),
        Plot.ruleY(limit(3), line),
        Plot.dot(refused, {
          x: "bleu",
          y: "chrf",
          symbol: "times",
          r: 4,
          stroke: "var(--dropped)",
          strokeWidth: 1.8,
          title,
        }),
        Plot.dot(accepted, { x: "bleu", y: "chrf", r: 4, fill: "var(--kept)", fillOpacity: 0.75, title }),
      ],
    }),
  });
}
