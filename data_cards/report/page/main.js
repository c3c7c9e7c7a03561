// Draws every section.

import { clusters } from "./clusters.js";
import { languageBox } from "./combobox.js";
import { confusion } from "./confusion.js";
import { byId } from "./elements.js";
import { funnel } from "./funnel.js";
import { gates } from "./gates.js";
import { reasons } from "./reasons.js";
import { roundTrips } from "./round_trips.js";
import { samples } from "./samples.js";
import { scores } from "./scores.js";
import { selection } from "./selection.js";
import { follow } from "./state.js";
import { themeSwitch } from "./theme.js";

document.documentElement.classList.add("scripted");
const bar = byId("bar");
bar.hidden = false;
bar.append(languageBox(), themeSwitch());
follow((language) => {
  for (const place of document.querySelectorAll("[data-of]")) place.textContent = `of ${language.name}`;
});
for (const section of [funnel, reasons, scores, confusion, clusters, selection, gates, roundTrips, samples]) section();
performance.mark("drawn");
document.documentElement.dataset.ready = "true";
