// How scores are spread, drawn with D3: all rows, of these the ones that pass, and the limits.

import { count, figure, h } from "./dom.js";

const HEIGHT = 190;
const EDGE = { top: 14, right: 12, bottom: 26, left: 44 };

export function scaleOf(spread, ends = null) {
  const [low, high] = ends ?? [spread.low, spread.high];
  const log = spread.scale === "log" && !ends;
  const there = (value) => (log ? Math.log1p(Math.max(value, 0)) : value);
  const back = (place) => (log ? Math.expm1(place) : place);
  return {
    low, high, log,
    share: (value) => (there(Math.min(Math.max(value, low), high)) - there(low)) / (there(high) - there(low) || 1),
    value: (share) => back(there(low) + share * (there(high) - there(low))),
  };
}

export function histogram(spread, { now, then, keep, width }) {
  const { d3 } = window;
  const inner = width - EDGE.left - EDGE.right;
  const scale = scaleOf(spread);
  const x = (value) => EDGE.left + inner * scale.share(value);
  const most = d3.max(spread.documents) || 1;
  const y = d3.scaleSqrt([0, most], [HEIGHT - EDGE.bottom, EDGE.top]);
  const label = `Scores of ${count(spread.measured)} rows from ${figure(spread.least)} to ${figure(spread.most)}, median ${figure(spread.quantiles.p50)}`;
  const svg = d3.create("svg").attr("viewBox", `0 0 ${width} ${HEIGHT}`).attr("width", width).attr("height", HEIGHT).attr("role", "img").attr("aria-label", label);
  const step = inner / Math.max(spread.documents.length, 1);
  for (const [name, counts] of [["gone", spread.documents], ["kept", spread.kept]]) {
    svg.append("g").attr("class", name).selectAll("rect").data(counts).join("rect")
      .attr("x", (_, at) => EDGE.left + at * step).attr("width", Math.max(step - 1, 0.5)).attr("y", (n) => y(n)).attr("height", (n) => y(0) - y(n));
  }
  const ticks = Array.from({ length: width < 500 ? 4 : 7 }, (_, at, all = width < 500 ? 3 : 6) => at / all);
  svg.append("g").attr("class", "axis").selectAll("text").data(ticks).join("text")
    .attr("x", (share) => EDGE.left + inner * share).attr("y", HEIGHT - 8).attr("text-anchor", (share) => (share === 0 ? "start" : share === 1 ? "end" : "middle")).text((share) => figure(Number(scale.value(share).toPrecision(3))));
  svg.append("g").attr("class", "axis").selectAll("text").data(y.ticks(4).filter((n) => Number.isInteger(n))).join("text").attr("x", EDGE.left - 6).attr("y", (n) => y(n) + 4).attr("text-anchor", "end").text((n) => count(n));
  if (keep !== "top_share") {
    const lines = [...now.filter((value) => value !== null && !then.includes(value)).map((value) => [value, "was"]), ...then.filter((value) => value !== null).map((value) => [value, "limit"])];
    svg.append("g").selectAll("line").data(lines).join("line").attr("class", (line) => line[1]).attr("x1", (line) => x(line[0])).attr("x2", (line) => x(line[0])).attr("y1", EDGE.top - 8).attr("y2", HEIGHT - EDGE.bottom);
  }
  return svg.node();
}

export function key() {
  const one = (name, label) => h("span", {}, h("span", { class: `key ${name}`, "aria-hidden": "true" }), label);
  return h("p", { class: "facts keys" }, one("kept", "pass all rules"), one("gone", "dropped by some rule"), one("limit", "limit"), one("was", "limit as it ran"), " heights are square roots");
}
