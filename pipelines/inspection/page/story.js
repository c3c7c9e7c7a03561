// One row: its text, its scores against the limits, its twins, and what was made of it.

import { ask } from "./api.js";
import { sideBySide } from "./difference.js";
import { count, figure, h, problem, short, table, textBlock } from "./dom.js";

const SIGN = { at_least: "≥", at_most: "≤", top_share: "best", among: "in" };
const ORIGIN = { source: "for this source", language: "for this language", script: "for this script", default: "default" };

export async function view(release, [file, row]) {
  const asked = file === "id" ? { id: decodeURIComponent(row) } : { file: Number(file), row: Number(row) };
  const told = await ask("story", asked);
  const element = h("article", { class: "story", "aria-labelledby": "story-heading" });
  const fill = (story) => element.replaceChildren(...parts(release, story, () => whole(story)));
  async function whole(story) {
    try {
      fill(await ask("story", { file: story.file, row: story.row, whole: true }));
    } catch (error) {
      problem(error);
    }
  }
  fill(told);
  return { element, title: told.id ?? "a dead row" };
}

function parts(release, told, whole) {
  const more = () => h("button", { type: "button", onclick: whole }, "Show the whole text");
  return [
    h("p", {}, h("a", { href: "#/rows" }, "← Back to the rows")),
    heading(told),
    reasons(told),
    told.parts ? derivedParts(told, more) : told.outcome === "dead" ? section("What came", textBlock(told.raw, { label: "What came", more: more() })) : ownText(release, told, more),
    twins(told, more),
    made(told),
    rules(told),
    edits(told),
    exchanges(told, more),
    others(told),
  ].filter(Boolean);
}

function section(title, ...children) {
  const id = `part-${title.toLowerCase().replaceAll(/[^a-z]+/g, "-")}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), ...children);
}

function heading(told) {
  const facts = [
    told.language.label && h("span", {}, `${told.language.name} `, h("code", {}, told.language.label)),
    told.split && h("span", {}, `config ${told.config}, split ${told.split}`),
    ...told.facts.filter(([name]) => !["metadata", "parameters", "message"].includes(name)).map(([name, value]) => h("span", {}, `${name}: `, short(value))),
    h("span", {}, h("code", {}, told.path), ` row ${count(told.row)}`),
  ];
  return h("header", {},
    h("h1", { id: "story-heading" }, h("span", { class: `outcome ${told.outcome}` }, told.outcome), " ", short(told.id ?? "(no id)")),
    h("ul", { class: "facts" }, facts.filter(Boolean).map((one) => h("li", {}, one))),
    told.facts.filter(([name]) => ["metadata", "message"].includes(name)).map(([name, value]) => h("p", { class: "facts" }, `${name}: `, short(value))));
}

function reasons(told) {
  if (!told.reasons.length) return null;
  return section("Why it is not in the release", h("ul", { class: "whys" }, told.reasons.map((one) => h("li", {}, h("span", { class: "reason" }, one.reason), " ", one.stage && h("span", { class: "quiet" }, `${one.stage}: `), one.why))));
}

function ownText(release, told, more) {
  const place = h("div");
  const read = h("button", { type: "button", onclick: async () => {
    read.disabled = true;
    read.textContent = "Reading …";
    try {
      const found = await ask("source", { file: told.file, row: told.row });
      place.replaceChildren(h("p", { class: "facts" }, "Read again from ", h("code", {}, found.file), `, position ${count(found.position)}`),
        found.raw && found.text ? sideBySide(found.raw, found.text, ["As it came", "As edited"]) : textBlock(found.raw, { label: "As it came" }));
      read.remove();
    } catch (error) {
      read.disabled = false;
      read.textContent = "Compare with the source";
      problem(error);
    }
  } }, "Compare with the source");
  return section("Text",
    told.text ? textBlock(told.text, { label: "Text", more: more() }) : h("p", { class: "quiet" }, "The release does not hold the text of this row (release.rejected_text: false)."),
    told.source ? read : h("p", { class: "facts" }, `The text before it was edited cannot be read again. ${release.source ?? ""}`), place);
}

function derivedParts(told, more) {
  const { source, made: text, back, record } = told.parts;
  const links = [
    told.document && h("a", { href: `#/row/${told.document.file}/${told.document.row}` }, "its document ", short(told.document.values.id)),
    told.parent && h("a", { href: `#/row/${told.parent.file}/${told.parent.row}` }, "the row it was made from ", short(told.parent.values.id)),
  ].filter(Boolean);
  const column = (title, text, note) => text && h("div", {}, h("h4", {}, title), textBlock(text, { label: title, more: more() }), note);
  return section(told.facts.some(([name, value]) => name === "operator" && value === "translate") ? "Source, translation, way back" : "Made from, and made",
    links.length ? h("p", {}, "Goes back to ", links.map((link, at) => [at ? " by way of " : "", link])) : null,
    h("div", { class: back ? "pair three" : "pair" },
      column(`Source · ${told.source_language.name}`, source),
      column(`Made · ${told.language.name}`, text),
      column(`Way back · ${told.source_language.name}`, back)),
    source && back ? h("details", {}, h("summary", {}, "What differs between the source and the way back"), sideBySide(source, back, ["Source", "Way back"])) : null,
    source && text && source.lang === text.lang ? h("details", { open: true }, h("summary", {}, "What was changed"), sideBySide(source, text, ["Before", "After"])) : null,
    record ? h("details", {}, h("summary", {}, "The whole record"), textBlock(record, { label: "Record" })) : null);
}

function link(one, ...extra) {
  return h("li", {}, h("a", { href: `#/row/${one.file}/${one.row}` }, short(one.values.id)), " ", h("span", { class: `outcome ${one.outcome}` }, one.outcome), " ", ...extra);
}

function twins(told, more) {
  const of = told.cluster;
  if (!of) return null;
  const alike = of.twin_similarity === null ? "" : `, similarity ${figure(of.twin_similarity)}`;
  const stayed = of.twin_id
    ? h("p", {}, "The twin that stayed: ", of.twin ? h("a", { href: `#/row/${of.twin.file}/${of.twin.row}` }, short(of.twin_id)) : short(of.twin_id), of.twin_release ? ` in the earlier release ${of.twin_release}, which is not opened here` : "", alike)
    : h("p", {}, "It stayed for its cluster.");
  return section("Duplicates",
    h("p", {}, `A cluster of ${figure(of.cluster_size)}.`), stayed,
    of.twin?.text && told.text ? sideBySide(told.text, of.twin.text, ["This document", "Its twin"]) : null,
    of.members.length ? h("details", { open: of.members.length < 8 }, h("summary", {}, `Others of the cluster: ${count(of.members.length)}${of.more ? " and more" : ""}`),
      h("ul", {}, of.members.map((one) => link(one, short(one.values.url ?? ""), one.values.twin_similarity === null ? "" : ` similarity ${figure(one.values.twin_similarity)}`)))) : null);
}

function made(told) {
  if (!told.derived?.length) return null;
  return section("Made of it", h("ul", { class: "made" }, told.derived.map((one) => link(one,
    h("span", { class: "quiet" }, `${one.values.stage}, ${one.values.operator}, ${one.language_name} `),
    (one.values.reasons ?? []).map((reason) => h("span", { class: "reason" }, reason)),
    h("p", { dir: "auto", lang: one.lang, class: "excerpt" }, one.values.text ?? "")))));
}

function rules(told) {
  if (!told.rules?.length) return null;
  const broken = told.rules.filter((one) => one.broken).length;
  const row = (one) => h("tr", { class: one.broken ? "broken" : one.threshold === null ? "off" : null },
    h("th", { scope: "row" }, one.broken ? h("span", { class: "reason" }, one.reason) : one.reason, h("small", {}, one.why)),
    h("td", {}, one.stage),
    h("td", {}, h("code", {}, one.score)),
    h("td", { class: "number" }, figure(Array.isArray(one.value) ? one.value.join(", ") : one.value)),
    h("td", { class: "number" }, one.threshold === null ? "off" : `${SIGN[one.keep]} ${one.keep === "top_share" ? `${figure(100 * one.threshold)} %` : Array.isArray(one.threshold) ? `${one.threshold.length} listed` : figure(one.threshold)}`,
      one.cut !== null && one.cut !== undefined ? h("small", {}, `cut at ${figure(one.cut)}`) : null),
    h("td", {}, one.applies ? (ORIGIN[one.origin] ?? "") : "does not apply"));
  return section("Scores against thresholds",
    h("p", { class: "facts" }, broken ? `${count(broken)} of ${count(told.rules.length)} rules are broken; they come first.` : `None of ${count(told.rules.length)} rules is broken.`),
    table(["rule", "stage", "score", { label: "value", number: true }, { label: "threshold", number: true }, "threshold is"], told.rules.map(row), { caption: "Scores against thresholds", className: "rules" }));
}

function edits(told) {
  if (!told.edits_known) return null;
  if (!told.edits.length) return section("Edits", h("p", { class: "quiet" }, "No stage changed anything that is counted."));
  return section("Edits", table(["edit", { label: "count", number: true }, "meaning"], told.edits.map((one) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, one.name)), h("td", { class: "number" }, figure(one.value)), h("td", {}, one.meaning))), { caption: "What was edited" }));
}

function exchanges(told, more) {
  const cost = (one) => (one.dollars === null || one.dollars === undefined ? "" : `, $${figure(one.dollars)}`);
  const raw = told.parts && told.raw ? section("The answer that failed, as it came", textBlock(told.raw, { label: "Raw answer", more: more() })) : null;
  if (!told.exchanges?.length) return raw;
  return h("div", {}, raw, section("Requests and answers", told.exchanges.map((one, at) => h("details", { class: "exchange" },
    h("summary", {}, `${at + 1}. ${one.step} `, h("span", { class: "quiet" }, `${one.model_returned ?? one.model}, ${figure(one.prompt_tokens)} + ${figure(one.completion_tokens)} tokens${cost(one)}`)),
    textBlock(one.answer, { label: `Answer ${at + 1}` }),
    h("dl", {}, Object.entries(one).filter(([name, value]) => name !== "answer" && value !== null && value !== "").map(([name, value]) => [h("dt", {}, name), h("dd", {}, short(value))]))))));
}

function others(told) {
  if (!told.scores?.length && !told.signatures) return null;
  return h("details", { class: "more" }, h("summary", {}, "All other columns"),
    h("dl", {}, (told.scores ?? []).map((one) => [h("dt", { title: one.meaning }, one.name), h("dd", {}, short(one.value))]),
      Object.entries(told.signatures ?? {}).map(([name, value]) => [h("dt", {}, `signature ${name}`), h("dd", {}, short(value))])));
}
