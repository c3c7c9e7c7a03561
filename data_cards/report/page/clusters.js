// Clusters of duplicates by size.

import { chart, noChart } from "./charts.js";
import { data, every, part } from "./data.js";
import { byId, row } from "./elements.js";
import { count, number, times } from "./numbers.js";
import { follow } from "./state.js";

export function clusters() {
  if (!data.clusters) return;
  const rows = byId("clusters-rows");
  const written = [...rows.children];
  follow((language) => {
    const held = part(data.clusters, language) ?? [];
    const found = held.map(([many, documents], place) => ({ name: data.clusters.names[place], many, documents }));
    draw(byId("clusters-chart"), language, found.slice(1));
    rows.replaceChildren(
      ...(language === every ? written : found.map((one) => row(one.name, number(one.many), number(one.documents)))),
    );
  });
}

function draw(figure, language, found) {
  if (!found.length) {
    noChart(figure, `No released document of ${language.name} stands for duplicates.`);
    return;
  }
  const told = found.filter((one) => one.many).map((one) => `${times(one.many, "cluster", "clusters")} of ${one.name}`);
  chart(figure, {
    label: `Clusters of duplicates by size, ${language.name}: ${told.join(", ")}`,
    keys: [["kept-key", "clusters of two documents or more"]],
    draw: (width) => ({
      height: 260,
      marginLeft: 56,
      marginBottom: 42,
      marginTop: 24,
      x: {
        label: "documents of a cluster",
        domain: found.map((one) => one.name),
        tickSize: 0,
        tickRotate: width < 480 ? -35 : 0,
      },
      y: { label: "clusters", grid: true, ticks: 5, tickFormat: count },
      marks: [
        Plot.barY(found, { x: "name", y: "many", fill: "var(--kept)" }),
        Plot.text(found, { x: "name", y: "many", dy: -8, fill: "var(--quiet)", text: (one) => number(one.many) }),
        Plot.ruleY([0], { stroke: "var(--quiet)" }),
      ],
    }),
  });
}
