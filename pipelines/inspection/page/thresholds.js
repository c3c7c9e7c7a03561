// Thresholds: moved one by one, judged together, written as a recipe.

import { ask, latest } from "./api.js";
import { count, debounced, figure, h, option, percent, problem, short, table, textBlock } from "./dom.js";
import { histogram, key, scaleOf } from "./histogram.js";

const SIGN = { at_least: "at least", at_most: "at most", top_share: "the best share of each language, of", among: "one of" };
const STEPS = 1000;
const judging = latest("judge");
const reading = latest("examples");
const drawing = latest("rule");

// What was moved stays while other views are open.
const state = { rule: null, scope: "default", changes: [] };
let overview = null;

const same = (one, other) => one.stage === other.stage && one.parameter === other.parameter && one.scope === other.scope && one.of === other.of;

export async function view(release, rest) {
  overview ??= await ask("thresholds");
  const rules = overview.populations.flatMap((of) => of.rules.map((rule) => ({ ...rule, population: of.name })));
  const movable = rules.filter((rule) => !rule.fixed);
  if (!movable.length) return { element: h("section", {}, h("h1", {}, "Thresholds"), h("p", {}, "Nothing in this release can be judged again."), notes()), title: "Thresholds" };
  const wanted = rest.length >= 2 ? movable.find((rule) => rule.stage === rest[0] && rule.reason === rest[1]) : null;
  if (wanted) state.rule = `${wanted.stage}/${wanted.reason}`;
  state.rule ??= (() => {
    const most = [...movable].filter((rule) => rule.keep !== "top_share").sort((a, b) => b.drops - a.drops)[0] ?? movable[0];
    return `${most.stage}/${most.reason}`;
  })();
  return page(release, rules);
}

function notes() {
  return overview.problems.map((said) => h("p", { class: "note" }, said));
}

function page(release, rules) {
  let current = null; // the rule as the server tells it
  const ruleOf = () => rules.find((rule) => `${rule.stage}/${rule.reason}` === state.rule);
  const population = () => overview.populations.find((of) => of.name === ruleOf().population);

  const chooser = h("select", { id: "rule", onchange: () => ((state.rule = chooser.value), pick()) },
    overview.populations.flatMap((of) => {
      const stages = [...new Set(of.rules.map((rule) => rule.stage))];
      return stages.map((stage) => h("optgroup", { label: stage }, of.rules.filter((rule) => rule.stage === stage).map((rule) =>
        h("option", { value: `${stage}/${rule.reason}`, disabled: Boolean(rule.fixed), selected: `${stage}/${rule.reason}` === state.rule }, `${rule.reason} (${rule.fixed ?? `drops ${count(rule.drops)}`})`))));
    }));
  const scope = h("select", { id: "scope", onchange: () => ((state.scope = scope.value), draw()) });
  const about = h("div", { class: "about" });
  const picture = h("div", { class: "picture" });
  const slider = h("input", { type: "range", id: "slider", min: "0", max: String(STEPS), step: "1", "aria-label": "Threshold", oninput: () => slid() });
  const number = h("input", { type: "number", id: "limit", step: "any", oninput: () => typed() });
  const off = h("input", { type: "checkbox", id: "off", onchange: () => typed() });
  const undo = h("button", { type: "button", onclick: () => reset() }, "As it ran");
  const changed = h("ul", { class: "chips", "aria-label": "Changed thresholds" });
  const result = h("div", { class: "result" });
  const status = h("p", { class: "status", role: "status" });
  const languages = h("div");
  const examples = h("div", { class: "examples" });
  const written = h("div", { class: "written" });

  const place = () => {
    const [kind, ...of] = state.scope.split(":");
    return { scope: kind, of: of.join(":") };
  };
  const part = () => {
    const { scope: kind, of } = place();
    return kind === "language" || kind === "source" ? { [kind]: of } : {};
  };
  const mine = () => ({ stage: ruleOf().stage, parameter: ruleOf().parameter, ...place() });
  const known = () => state.changes.find((one) => same(one, mine()));

  function pick() {
    const of = population();
    const scopes = [option("default", "every language without a limit of its own", state.scope), option("everywhere", "every language and source", state.scope)];
    const inside = [...scopes.map((one) => one.value), ...of.languages.map((one) => `language:${one.label}`), ...of.sources.map((one) => `source:${one}`)];
    if (!inside.includes(state.scope)) state.scope = "default";
    scope.replaceChildren(...scopes,
      h("optgroup", { label: "One language" }, of.languages.map((one) => option(`language:${one.label}`, `${one.name} · ${one.label}`, state.scope))),
      h("optgroup", { label: "One source, all its languages" }, of.sources.map((one) => option(`source:${one}`, one || "(no name)", state.scope))));
    scope.value = state.scope;
    draw();
  }

  async function draw() {
    try {
      current = await drawing({ stage: ruleOf().stage, reason: ruleOf().reason, ...part(), changes: state.changes });
      show();
      problem(null);
    } catch (error) {
      problem(error);
      return;
    }
    judge();
  }

  function ends() {
    return current.keep === "top_share" ? [0, 1] : null;
  }

  function value() {
    const change = known();
    if (change) return change.value;
    const { scope: kind, of } = place();
    if (kind === "default" || kind === "everywhere") return current.default;
    const [limit = null] = current.now;
    return kind === "language" && of in current.languages ? current.languages[of] : limit;
  }

  function show(keepField = false) {
    const limit = value();
    about.replaceChildren(
      h("p", {}, h("strong", {}, current.why), " ", `Stays: ${current.score} ${SIGN[current.keep]} `, h("code", {}, `${current.stage}.${current.parameter}`), current.unit ? ` (${current.unit})` : ""),
      h("p", { class: "facts" }, current.meaning || current.description));
    const own = Object.keys(current.languages).length;
    if (place().scope === "default" && own) about.append(h("p", { class: "facts" }, `${count(own)} languages or scripts have a limit of their own and keep it: ${Object.entries(current.languages).slice(0, 6).map(([code, one]) => `${code} ${one === null ? "off" : figure(one)}`).join(", ")}${own > 6 ? " …" : ""}`));
    if (["default", "language"].includes(place().scope) && current.sources.length) about.append(h("p", { class: "facts" }, `Sources with a limit of their own keep it: ${current.sources.join(", ")}`));
    picture.replaceChildren(current.spread.measured ? histogram(current.spread, { now: current.now, then: current.then, keep: current.keep, width: Math.max(280, Math.min(picture.clientWidth || 640, 1000)) }) : h("p", { class: "quiet" }, "No row here has this score."), key(),
      h("p", { class: "facts" }, `${count(current.spread.measured)} rows have the score${current.spread.unmeasured ? `, ${count(current.spread.unmeasured)} have none` : ""}.`, Object.entries(current.spread.quantiles).map(([name, one]) => ` ${name} ${figure(one)}`).join(",")));
    const scale = scaleOf(current.spread, ends());
    slider.value = limit === null ? slider.value : String(Math.round(scale.share(limit) * STEPS));
    slider.disabled = limit === null;
    slider.setAttribute("aria-valuetext", limit === null ? "off" : figure(limit));
    if (!keepField) number.value = limit === null ? "" : String(limit);
    number.disabled = limit === null;
    off.checked = limit === null;
    undo.disabled = !known();
    tellChanges();
  }

  function slid() {
    const scale = scaleOf(current.spread, ends());
    // Three digits: the grid on which `glotmill distribution` counts exactly.
    let limit = Number(scale.value(Number(slider.value) / STEPS).toPrecision(3));
    if (current.spread.whole) limit = Math.round(limit);
    else limit = Number(limit.toFixed(4));
    number.value = String(limit);
    set(limit);
  }

  function typed() {
    if (off.checked) return set(null);
    const limit = number.value.trim() === "" ? (current.then[0] ?? current.default ?? scaleOf(current.spread, ends()).value(0.5)) : Number(number.value);
    if (!Number.isFinite(limit)) return undefined;
    if (number.value.trim() === "") number.value = String(Number(limit.toPrecision(3)));
    return set(limit);
  }

  function set(limit) {
    // The last change of a place counts; one that says what ran anyway is none.
    state.changes = state.changes.filter((one) => !same(one, mine()));
    state.changes.push({ ...mine(), value: limit });
    number.disabled = slider.disabled = limit === null;
    slider.setAttribute("aria-valuetext", limit === null ? "off" : figure(limit));
    if (limit !== null) slider.value = String(Math.round(scaleOf(current.spread, ends()).share(limit) * STEPS));
    undo.disabled = false;
    tellChanges();
    later();
  }

  const later = debounced(async () => {
    judge();
    try {
      current = await drawing({ stage: ruleOf().stage, reason: ruleOf().reason, ...part(), changes: state.changes });
      show(true);
    } catch (error) {
      problem(error);
    }
  }, 60);

  function reset() {
    state.changes = state.changes.filter((one) => !same(one, mine()));
    draw();
  }

  function tellChanges() {
    changed.replaceChildren(...state.changes.map((one) => {
      const said = `${one.stage}.${one.parameter}${one.of ? ` for ${one.of}` : one.scope === "everywhere" ? " everywhere" : ""}: ${one.value === null ? "off" : figure(one.value)}`;
      return h("li", {}, h("button", { type: "button", "aria-label": `Take back ${said}`, title: "Take back", onclick: () => {
        state.changes = state.changes.filter((other) => other !== one);
        draw();
      } }, short(said), h("span", { "aria-hidden": "true" }, " ×")));
    }));
    changed.hidden = !state.changes.length;
    for (const button of writing.querySelectorAll("button")) button.disabled = !state.changes.length;
  }

  async function judge() {
    const began = performance.now();
    result.setAttribute("aria-busy", "true");
    try {
      const question = { population: population().name, changes: state.changes, stage: ruleOf().stage, reason: ruleOf().reason, ...part() };
      const told = await judging(question);
      problem(null);
      tell(told, performance.now() - began);
      // Counts come at once; texts to read have to be looked up.
      const { totals } = told;
      tellExamples(totals.come + totals.go ? await reading(question) : { come: [], go: [] }, totals);
    } catch (error) {
      problem(error);
    } finally {
      result.removeAttribute("aria-busy");
    }
  }

  function tell(told, took) {
    const { totals } = told;
    const who = told.population === "documents" ? "documents" : `rows of ${told.population}`;
    const here = Object.values(part())[0];
    const box = (label, n, of, id, className) => h("div", { class: `box ${className ?? ""}` }, h("dt", {}, label), h("dd", {}, h("b", { id }, count(n)), h("small", {}, of)));
    result.replaceChildren(h("dl", { class: "boxes" },
      box("pass now", totals.before, percent(totals.before, totals.rows), "before"),
      box("would pass", totals.after, percent(totals.after, totals.rows), "after", "main"),
      box("come", totals.come, "", "come", "come"),
      box("go", totals.go, "", "go", "go")),
      h("p", { class: "facts" }, here ? `Of ${count(totals.rows)} ${who} in ${here}. ` : `Of ${count(totals.rows)} ${who}. `,
        told.population === "documents" ? `The counts are before deduplication: duplicates are found again only by a run. Of those that would pass, ${count(totals.duplicates)} were duplicates in this release.` : "Which rows are made at all is decided by a run."),
      h("ul", { class: "plain", hidden: !told.rules.length }, told.rules.map((one) => h("li", {}, h("span", { class: "reason" }, one.reason), ` drops `, h("b", { "data-reason": one.reason }, count(one.after)), ` instead of ${count(one.before)}`))));
    status.textContent = `${count(totals.after)} of ${count(totals.rows)} would pass, ${count(totals.come)} come, ${count(totals.go)} go (${(took / 1000).toFixed(2)} s)`;
    const byLanguage = [...told.languages].sort((a, b) => b.come + b.go - a.come - a.go || b.rows - a.rows);
    const widest = Math.max(...byLanguage.map((one) => Math.max(one.before, one.after)), 1);
    const row = (one) => h("tr", { "data-language": one.label },
      h("th", { scope: "row" }, one.name || one.label || "–", h("small", {}, h("code", {}, one.label))),
      h("td", { class: "number" }, count(one.rows)), h("td", { class: "number" }, count(one.before)), h("td", { class: "number after" }, count(one.after)),
      h("td", { class: "number come" }, one.come ? `+${count(one.come)}` : "–"), h("td", { class: "number go" }, one.go ? `−${count(one.go)}` : "–"),
      h("td", { class: "bars" }, bars(one, widest)));
    const headings = (name) => [name, { label: "rows", number: true }, { label: "pass now", number: true }, { label: "would pass", number: true }, { label: "come", number: true }, { label: "go", number: true }, ""];
    languages.replaceChildren(h("h2", {}, "By language"), table(headings("language"), byLanguage.map(row), { caption: "By language", className: "languages" }),
      told.sources.length > 1 ? h("details", {}, h("summary", {}, "By source"), table(headings("source"), told.sources.map(row), { caption: "By source" })) : "");
  }

  function tellExamples(told, totals) {
    examples.replaceChildren(...[["come", "Documents that would come"], ["go", "Documents that would go"]].map(([name, title]) => h("section", {},
      h("h2", {}, title, " ", h("small", {}, count(totals[name]))),
      told[name].length ? h("ul", { class: "samples" }, told[name].map((one) => example(one, name))) : h("p", { class: "quiet" }, "None."))));
  }

  function example(one, name) {
    const why = name === "come" ? one.broke : one.breaks;
    return h("li", {}, h("p", { class: "facts" }, h("a", { href: `#/row/${one.file}/${one.row}` }, short(one.values.id)), ` ${one.values.language ?? ""} · ${current.score} `, h("b", {}, figure(one.score)), " ",
      why.length ? [name === "come" ? "no more " : "", why.map((reason) => h("span", { class: "reason" }, reason))] : null),
      h("p", { class: "excerpt", dir: "auto", lang: one.lang }, one.values.text ?? "(the release has no text of it)"));
  }

  const show_ = h("button", { type: "button", onclick: () => write({ only_show: true }) }, "Show the recipe");
  const save = h("button", { type: "button", class: "main", onclick: () => write({}) }, `Write the recipe to ${release.recipe_out}`);
  const writing = h("p", { class: "writing" }, save, " ", show_);

  async function write(how) {
    try {
      const told = await ask("recipe", { changes: state.changes, ...how });
      problem(null);
      if (told.there) {
        written.replaceChildren(h("p", { role: "alert" }, told.there), h("button", { type: "button", onclick: () => write({ replace: true }) }, "Replace that file"));
        return;
      }
      written.replaceChildren(
        how.only_show ? h("p", {}, "This would be written:") : h("p", { role: "status" }, "Written: ", h("code", {}, told.path), ". Run it with:"),
        how.only_show ? "" : h("pre", { class: "command", tabindex: "0" }, told.command),
        how.only_show ? textBlock(told.text, { label: "The recipe" }) : h("details", {}, h("summary", {}, "The recipe"), textBlock(told.text, { label: "The recipe" })));
    } catch (error) {
      problem(error);
    }
  }

  const of = population();
  const element = h("section", { class: "thresholds", "aria-labelledby": "thresholds-heading" },
    h("h1", { id: "thresholds-heading" }, "Thresholds"),
    notes(),
    overview.populations.filter((one) => one.disagree).map((one) => h("p", { class: "note" }, `${count(one.disagree)} of ${count(one.rows)} rows (${one.name}) come out otherwise than in the release when they are judged again: the counts below are of the rules as they are now.`)),
    h("div", { class: "controls" }, h("label", {}, "Rule ", chooser), h("label", {}, "Limit for ", scope)),
    about, picture,
    h("div", { class: "slide" }, slider),
    h("div", { class: "mover" }, h("label", {}, h("span", { class: "unheard" }, "Threshold"), number), h("label", {}, off, " off"), undo),
    changed, status, result,
    h("section", { "aria-label": "The changed recipe" }, writing, written),
    languages, examples,
    h("p", { class: "facts" }, `${count(of.rows)} rows are judged in memory, about ${figure(Math.round(of.memory / 1e6) || 1)} MB. `, of.decides ? "A limit of this stage also decides what is repaired or asked again: a run may make other rows." : ""));
  return { element, title: "Thresholds", ready: pick };
}

function bars(one, widest) {
  const { d3 } = window;
  const svg = d3.create("svg").attr("viewBox", "0 0 120 14").attr("class", "bar").attr("aria-hidden", "true").attr("preserveAspectRatio", "none");
  svg.append("rect").attr("class", "before").attr("width", (120 * one.before) / widest).attr("height", 6);
  svg.append("rect").attr("class", "after").attr("y", 7).attr("width", (120 * one.after) / widest).attr("height", 6);
  return svg.node();
}
