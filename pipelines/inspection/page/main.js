// Which view is shown: the part of the address after # says it.

import { ask } from "./api.js";
import { h, problem } from "./dom.js";
import * as rows from "./rows.js";
import * as story from "./story.js";
import * as thresholds from "./thresholds.js";

const main = document.getElementById("main");
let release = null;
let shown = null;
let turn = 0;

async function show() {
  const mine = (turn += 1);
  const [, view = "rows", ...rest] = location.hash.split("/");
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  problem(null);
  try {
    const made = view === "row" ? await story.view(release, rest) : view === "thresholds" ? await thresholds.view(release, rest) : rows.view(release);
    if (mine !== turn) return;
    main.replaceChildren(made.element);
    made.ready?.();
    document.title = `${made.title} · ${release.title}`;
    if (shown !== null) {
      main.focus({ preventScroll: true });
      window.scrollTo(0, made.scroll ?? 0);
    }
    shown = view;
  } catch (error) {
    if (mine === turn) {
      main.replaceChildren(h("p", {}, h("a", { href: "#/rows" }, "Back to the rows")));
      problem(error);
    }
  }
}

async function start() {
  // The token stays in a cookie of this run; the address need not carry it.
  history.replaceState(null, "", `${location.pathname}${location.hash}`);
  try {
    release = await ask("release");
  } catch (error) {
    problem(error);
    return;
  }
  document.getElementById("title").textContent = release.title;
  document.getElementById("release").textContent = release.release;
  window.addEventListener("hashchange", show);
  await show();
}

start();
