// Scores of derived rows, by gate and pair.

import { data, part } from "./data.js";
import { byId, choice, tick } from "./elements.js";
import { histogram } from "./histogram.js";
import { pairName } from "./pairs.js";
import { byStage, first } from "./scores.js";

export function gates() {
  if (!data.gates) return;
  const pairs = Object.keys(data.gates.languages).map((label) => [label, pairName(label)]);
  const gate = choice("gates-gate", "Gate", byStage(data.gates.rules));
  const pair = choice("gates-pair", "Pair", [["", [["", "all pairs"], ...pairs]]]);
  const controls = byId("gates-controls");
  controls.className = "controls";
  const root = tick("gates-root", "Square-root scale, to see small bars");
  controls.append(gate.field, pair.field, root.field);
  const draw = () => {
    const label = pair.select.value || null;
    const of = label === null ? "all pairs" : pairName(label);
    const held = part(data.gates, { label })?.[gate.select.value];
    histogram(byId("gates-chart"), byId("gates-told"), {
      held,
      rule: data.gates.rules[gate.select.value],
      of,
      rows: "rows",
      root: root.box.checked,
    });
  };
  gate.select.value = String(first(data.gates));
  for (const one of [gate, pair]) one.select.addEventListener("change", draw);
  root.box.addEventListener("change", draw);
  draw();
}
