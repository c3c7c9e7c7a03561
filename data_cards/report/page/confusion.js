// A heat map of languages as declared and as identified.

import { chart } from "./charts.js";
import { data } from "./data.js";
import { byId } from "./elements.js";
import { number } from "./numbers.js";

export function confusion() {
  if (!data.confusion) return;
  const { languages, cells } = data.confusion;
  const labels = languages.map(([label]) => label);
  const named = cells.map(([declared, identified, documents, share]) => ({
    declared: labels[declared],
    identified: labels[identified],
    documents,
    share,
    title: `declared ${languages[declared][1]}, identified ${languages[identified][1]}:\n${number(documents)} documents, ${(100 * share).toFixed(1)}% of those declared so`,
  }));
  chart(byId("confusion-chart"), {
    label: `Heat map of the ${labels.length} largest languages, declared by identified. The table below lists where they differ.`,
    note: `The ${labels.length} largest languages. The stronger the colour of a cell, the larger its share of what is declared as that language.`,
    figures: [
      "Declared and identified",
      ["Declared", "Identified", "Documents", "Share"],
      () =>
        named.map((one) => [one.declared, one.identified, number(one.documents), `${(100 * one.share).toFixed(1)}%`]),
    ],
    draw: (width) => {
      const narrow = width < 560;
      const side = Math.min(width, 760);
      return {
        width: side,
        height: side - (narrow ? 0 : 40),
        marginLeft: narrow ? 56 : 78,
        marginBottom: narrow ? 60 : 84,
        marginTop: 10,
        marginRight: 4,
        x: { domain: labels, label: "identified", tickRotate: -90, tickSize: 0 },
        y: { domain: labels, label: "declared", tickSize: 0 },
        style: { fontSize: narrow ? "8px" : "11px" },
        marks: [
          Plot.cell(named, {
            x: "identified",
            y: "declared",
            fill: "var(--kept)",
            fillOpacity: (one) => 0.06 + 0.94 * Math.sqrt(one.share),
            inset: 0.5,
            title: "title",
          }),
          Plot.frame({ stroke: "var(--line)" }),
        ],
        opacity: { type: "identity" },
      };
    },
  });
}
