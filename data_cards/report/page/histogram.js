// A histogram of scores: what a threshold keeps beside what it drops.

import { chart, noChart } from "./charts.js";
import { element } from "./elements.js";
import { count, exact, number, percent, short, times } from "./numbers.js";

const LIMITS = 4; // thresholds that are written out

// Bins from what Python packed. `x`: start and width of the bins, their logarithms where `g` is there. Either `c`, the
// counts, and `s`, the bin where the other side of the threshold begins, or `k` and `d`, kept and dropped. `t`: the
// thresholds; `m`: how many there are, from where to where, where they are too many. `u`: without a score, and of these
// dropped for it. `b`: with the score of a threshold
// that has more digits than bins have. `o`: below the first bin and above the last.
export function bins(held, atMost) {
  const { x, c, s, k, d, g } = held;
  const edge = (place) => (g ? 10 ** (x[0] + place * x[1]) : x[0] + place * x[1]);
  return (c ?? k).map((many, place) => {
    const kept = c ? (place < s === atMost ? many : 0) : k[place];
    const dropped = c ? many - kept : d[place];
    return { low: edge(place), high: edge(place + 1), kept, dropped };
  });
}

// Draws one histogram and tells its numbers. `rule`: [stage, reason, score, keep, why]; `rows`: what is counted.
export function histogram(figure, told, { held, rule, of, rows, marked = null, root = false }) {
  const [, reason, score, keep] = rule;
  if (!held?.x) {
    const missing = held?.u ? ` ${times(held.u[0], "has", "have")} no score.` : "";
    noChart(
      figure,
      held ? `No ${rows} of ${of} has this score.${missing}` : `This page does not hold scores of ${of} by this rule.`,
    );
    told.replaceChildren();
    return;
  }
  const all = bins(held, keep === "at_most");
  const kept = total(all, "kept");
  const dropped = total(all, "dropped");
  const limits = held.m
    ? `between ${exact(held.m[1])} and ${exact(held.m[2])} (${held.m[0]} different ones)`
    : held.t.map(exact).join(", ");
  const sense = keep === "at_most" ? "at most" : "at least";
  const sentence = held.t.length
    ? `Passes with ${score} ${sense} ${limits}: ${number(kept)} ${rows} pass, ${number(dropped)} do not (${percent(dropped, kept + dropped)}).`
    : `No single threshold: the rule is off here, or keeps a share without one cut. ${number(kept + dropped)} ${rows} have the score.`;
  const parts = [sentence];
  if (held.b)
    parts.push(
      `${number(held.b)} of those that pass have the threshold's own score as far as it was counted; some of them did not.`,
    );
  if (held.u) parts.push(unmeasured(held.u));
  if (held.o?.[0]) parts.push(`${number(held.o[0])} lie below the first bin and are counted in it.`);
  if (held.o?.[1]) parts.push(`${number(held.o[1])} lie above the last bin and are counted in it.`);
  if (marked !== null) parts.push(`The chosen document has ${short(marked)}.`);
  told.replaceChildren(element("p", null, parts.join(" ")));
  chart(figure, {
    label: `Histogram of ${score} for ${reason}, ${of}. ${sentence}`,
    keys: [
      ["kept-key", "passes"],
      ["dropped-key", "dropped"],
      ...(held.t.length ? [["limit-key", "threshold"]] : []),
      ...(marked === null ? [] : [["value-key", "the chosen document"]]),
    ],
    figures: [
      `${score}, ${of}`,
      ["From", "To", "Pass", "Dropped"],
      () => all.map((bin) => [short(bin.low), short(bin.high), number(bin.kept), number(bin.dropped)]),
    ],
    draw: (width) => options(all, held, { width, score, rows, marked, root }),
  });
}

function options(all, held, { width, score, rows, marked, root }) {
  const inset = all.length > width / 12 ? 0.25 : 0.75;
  const bar = { x1: "low", x2: "high", insetLeft: inset, insetRight: inset };
  const few = held.t.slice(0, LIMITS);
  return {
    height: width < 480 ? 240 : 300,
    marginTop: 30,
    marginLeft: 56,
    marginRight: 34,
    marginBottom: 40,
    x: {
      label: score,
      type: held.g ? "log" : "linear",
      ticks: Math.max(3, Math.floor(width / 90)),
      tickFormat: held.g ? "~s" : short,
    },
    y: { label: rows, type: root ? "sqrt" : "linear", grid: true, ticks: 5, tickFormat: count },
    marks: [
      Plot.rectY(all, { ...bar, y1: 0, y2: "kept", fill: "var(--kept)", title: (one) => title(one, rows) }),
      Plot.rectY(all, {
        ...bar,
        y1: "kept",
        y2: (one) => one.kept + one.dropped,
        fill: "url(#hatch)",
        title: (one) => title(one, rows),
      }),
      Plot.ruleY([0], { stroke: "var(--quiet)" }),
      Plot.ruleX(held.t, { stroke: "var(--ink)", strokeWidth: 2, strokeDasharray: "5,4" }),
      Plot.text(few, {
        x: (limit) => limit,
        frameAnchor: "top",
        dy: -16,
        text: exact,
        fill: "var(--ink)",
        fontWeight: 600,
        fontSize: 12,
      }),
      ...(marked === null
        ? []
        : [
            Plot.dot([marked], {
              x: within(all),
              frameAnchor: "bottom",
              dy: -5,
              r: 5,
              fill: "var(--mark)",
              stroke: "var(--paper)",
            }),
          ]),
    ],
  };
}

function unmeasured([all, dropped]) {
  const told = `${times(all, "has", "have")} no score`;
  if (!dropped) return `${told}.`;
  if (dropped === all) return `${told} and ${all === 1 ? "does" : "do"} not pass.`;
  return `${told}; ${number(dropped)} of these do not pass for it.`;
}

// What lies outside of the axis is drawn at its end.
function within(all) {
  return (value) => Math.max(all[0].low, Math.min(all[all.length - 1].high, value));
}

function title(bin, rows) {
  return `${short(bin.low)} to ${short(bin.high)}\n${number(bin.kept)} ${rows} pass, ${number(bin.dropped)} dropped`;
}

function total(all, side) {
  return all.reduce((sum, bin) => sum + bin[side], 0);
}
