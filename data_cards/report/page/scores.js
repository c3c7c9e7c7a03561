// Scores of the rules, by rule and language.

import { data, part } from "./data.js";
import { byId, choice, element, tick } from "./elements.js";
import { histogram } from "./histogram.js";
import { times } from "./numbers.js";
import { reasonLink } from "./reason_link.js";
import { follow, language } from "./state.js";

let show = () => {};

export function scores() {
  if (!data.scores) return;
  const { field, select } = choice("scores-rule", "Rule", byStage(data.scores.rules));
  const controls = byId("scores-controls");
  controls.className = "controls";
  const { field: rootField, box: root } = tick("scores-root", "Square-root scale, to see small bars");
  controls.append(field, rootField);
  let marked = null;
  const draw = () => {
    const of = language();
    const rule = data.scores.rules[select.value];
    const own = part(data.scores, of);
    const told = byId("scores-told");
    histogram(byId("scores-chart"), told, {
      held: own?.[select.value],
      rule,
      of: of.name,
      rows: "documents",
      marked,
      root: root.checked,
    });
    const why = rule[4] ? ` ${rule[4]}.` : "";
    told.append(
      element("p", null, "Documents that it dropped: ", reasonLink(rule[1]), `${carrying(rule[1], of)}.${why}`),
    );
  };
  select.value = String(first(data.scores));
  select.addEventListener("change", () => {
    marked = null;
    draw();
  });
  root.addEventListener("change", draw);
  follow(() => {
    marked = null;
    draw();
  });
  show = (reason, value) => {
    const found = data.scores.rules.findIndex((rule) => rule[1] === reason);
    if (found < 0) return;
    select.value = String(found);
    marked = value;
    draw();
    byId("scores").scrollIntoView();
    select.focus({ preventScroll: true });
  };
}

// How many rejected documents carry a reason: counted from the documents, not from their scores.
function carrying(reason, of) {
  const found = data.reasons ? (part(data.reasons, of) ?? []) : [];
  const own = found.find(([place]) => data.reasons.names[place] === reason);
  return own ? `, ${times(own[1], "rejected document carries", "rejected documents carry")} it` : "";
}

// Marks a value among the scores that a reason goes by.
export function showScore(reason, value) {
  show(reason, value);
}

export function byStage(rules) {
  const stages = new Map();
  rules.forEach(([stage, reason], place) => {
    if (!stages.has(stage)) stages.set(stage, []);
    stages.get(stage).push([String(place), reason]);
  });
  return [...stages];
}

// The rule that drops most.
export function first(table) {
  const dropped = table.all.map((held, place) => {
    if (!held.x) return 0;
    if (held.d) return held.d.reduce((one, other) => one + other, 0);
    const side = table.rules[place][3] === "at_most" ? held.c.slice(held.s) : held.c.slice(0, held.s);
    return side.reduce((one, other) => one + other, 0);
  });
  return dropped.indexOf(Math.max(...dropped));
}
