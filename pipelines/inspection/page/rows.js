// Rows: search, filters by any column, sorted and read page by page.

import { ask } from "./api.js";
import { count, debounced, figure, h, option, problem, short } from "./dom.js";
import { TabulatorFull as Tabulator } from "./tabulator_esm.min.js";

const KINDS = {
  all: "All documents", documents: "Released", rejected: "Rejected",
  derived: "Derived", quarantine: "Quarantine", dead: "Dead",
};
const HOW = { text: "text contains", case: "text contains, this case", pattern: "text matches (RE2)", id: "id starts with" };
const USUAL = {
  all: ["reasons", "language", "text", "word_count", "quality", "source"],
  documents: ["language", "text", "word_count", "quality", "source"],
  rejected: ["reasons", "language", "text", "word_count", "quality", "source"],
  derived: ["stage", "operator", "language", "parent_text", "text", "back_text"],
  quarantine: ["reasons", "stage", "language", "parent_text", "text"],
  dead: ["source", "error", "message", "file", "position"],
};
const NARROW = { all: ["reasons", "text"], documents: ["language", "text"], rejected: ["reasons", "text"], derived: ["language", "text"], quarantine: ["reasons", "text"], dead: ["error", "message"] };

// What is looked for stays while other views are open.
const state = { kind: null, search: "", how: "text", filters: [], columns: {}, sort: null, descending: false, page: 1, scroll: 0 };

export function view(release) {
  state.kind ??= release.kinds[0]?.kind ?? "all";
  const of = () => release.kinds.find((one) => one.kind === state.kind);
  const columnOf = (name) => of().columns.find((one) => one.name === name);
  let grid = null;
  let loading = false;
  let wished = false;

  const status = h("p", { class: "status", role: "status" }, "…");
  const place = h("div", { class: "grid" });
  const chips = h("ul", { class: "chips", "aria-label": "Filters" });
  const chooser = h("div", { class: "chooser" });
  const adder = h("form", { class: "adder", onsubmit: (event) => (event.preventDefault(), add()) });

  const search = h("input", { type: "search", id: "search", value: state.search, placeholder: "Search", autocomplete: "off", spellcheck: "false", dir: "auto" });
  const how = h("select", { id: "how", "aria-label": "How to search" }, Object.entries(HOW).map(([name, label]) => option(name, label, state.how)));
  const find = h("form", { class: "find", role: "search", onsubmit: (event) => {
    event.preventDefault();
    state.search = search.value;
    state.how = how.value;
    again();
  } }, h("label", { for: "search", class: "unheard" }, "Search"), how, search, h("button", { type: "submit", class: "main" }, "Search"));

  const kinds = h("fieldset", { class: "kinds" }, h("legend", { class: "unheard" }, "Which rows"),
    release.kinds.map((one) => h("label", {},
      h("input", { type: "radio", name: "kind", value: one.kind, checked: one.kind === state.kind, onchange: () => choose(one.kind) }),
      h("span", {}, KINDS[one.kind], " ", h("small", {}, count(one.rows))))));

  const languages = h("select", { id: "language", onchange: () => quick("language", "is", languages) },
    option("", "any language", ""), release.languages.map((one) => option(one.label, `${one.name} · ${one.label} · ${count(one.rows)}`, "")));
  const reasons = h("select", { id: "reason", onchange: () => quick("reasons", "has", reasons) },
    option("", "any reason", ""), Object.entries(release.reasons).sort((a, b) => b[1] - a[1]).map(([name, n]) => option(name, `${name} · ${count(n)}`, "")));

  function choose(kind) {
    state.kind = kind;
    state.filters = state.filters.filter((one) => columnOf(one.column));
    if (state.sort && !columnOf(state.sort)) state.sort = null;
    build();
  }

  function quick(column, operator, select) {
    state.filters = state.filters.filter((one) => one.column !== column || one.operator !== operator);
    if (select.value) state.filters.push({ column, operator, values: [select.value] });
    again();
  }

  function again() {
    state.page = 1;
    tell();
    // The grid takes no other page while one is on its way: the last wish is granted when that has come.
    if (loading) wished = true;
    else grid?.setPage(1).catch(() => {});
  }

  function tell() {
    const of = (column, operator) => state.filters.find((one) => one.column === column && one.operator === operator)?.values[0] ?? "";
    languages.value = of("language", "is");
    reasons.value = of("reasons", "has");
    reasons.disabled = !columnOf("reasons");
    languages.disabled = !columnOf("language");
    chips.replaceChildren(...state.filters.map((one, place) => {
      const operator = release.operators[columnOf(one.column).type].find((known) => known.name === one.operator);
      const said = `${one.column} ${operator.label} ${one.values.join(", ")}`;
      return h("li", {}, h("button", { type: "button", title: "Remove this filter", "aria-label": `Remove the filter ${said}`, onclick: () => {
        state.filters.splice(place, 1);
        again();
      } }, short(said), h("span", { "aria-hidden": "true" }, " ×")));
    }));
    chips.hidden = !state.filters.length;
  }

  function add() {
    const column = adder.querySelector("[name=column]").value;
    const operator = adder.querySelector("[name=operator]").value;
    const known = columnOf(column);
    if (!known) return;
    const values = [...adder.querySelectorAll("[name=value]")].map((input) => input.value);
    const given = known.type === "number" ? values.map((value) => (value.trim() === "" ? value : Number(value))).map((n, at) => (Number.isNaN(n) ? values[at] : n)) : values;
    const many = operator === "one_of" ? values[0].split(",").map((one) => one.trim()).filter(Boolean) : given;
    state.filters.push({ column, operator, values: many });
    again();
  }

  function buildAdder() {
    const column = h("select", { name: "column", id: "filter-column", onchange: operators }, of().columns.map((one) => option(one.name, one.name, "language")));
    const operator = h("select", { name: "operator", id: "filter-operator", onchange: inputs });
    const values = h("span", { class: "values" });
    function operators() {
      operator.replaceChildren(...release.operators[columnOf(column.value).type].map((one) => option(one.name, one.label, "")));
      inputs();
    }
    function inputs() {
      const known = columnOf(column.value);
      const one = release.operators[known.type].find((each) => each.name === operator.value);
      const many = one.values ?? 1;
      values.replaceChildren(...Array.from({ length: many }, (_, at) => h("input", {
        name: "value", required: true, dir: "auto", "aria-label": many > 1 ? (at ? "and" : "from") : "Value", inputmode: known.type === "number" ? "decimal" : null,
        placeholder: one.values === null ? "several, with commas between" : known.type === "number" ? "number" : "value",
      })));
    }
    adder.replaceChildren(h("label", { for: "filter-column", class: "unheard" }, "Column"), column, h("label", { for: "filter-operator", class: "unheard" }, "Operator"), operator, values, h("button", { type: "submit" }, "Add filter"));
    operators();
  }

  function wanted() {
    const usual = window.innerWidth < 700 ? NARROW : USUAL;
    state.columns[state.kind] ??= usual[state.kind].filter((name) => columnOf(name));
    return state.columns[state.kind];
  }

  function buildChooser() {
    const chosen = new Set(wanted());
    chooser.replaceChildren(...of().columns.filter((one) => one.name !== "id").map((one) => h("label", { title: one.meaning },
      h("input", { type: "checkbox", value: one.name, checked: chosen.has(one.name), onchange: debounced(() => {
        state.columns[state.kind] = [...chooser.querySelectorAll("input:checked")].map((box) => box.value);
        build(false);
      }, 300) }), one.name)));
  }

  function cellOf(name, type) {
    return (cell) => {
      const row = cell.getRow().getData();
      const value = cell.getValue();
      if (name === "id") return h("a", { href: `#/row/${row.file}/${row.row}` }, short(value ?? "(no id)"));
      if (name === "reasons" && Array.isArray(value)) return h("span", { class: "reasons" }, value.map((one) => h("span", { class: "reason" }, one)));
      if (value === null) return h("span", { class: "quiet" }, name === "reasons" && row.outcome === "released" ? "released" : "–");
      if (type === "number") return h("span", {}, figure(value));
      return short(value, ["text", "back_text", "parent_text"].includes(name) && name !== "text" ? null : row.lang, type === "text" ? "line" : null);
    };
  }

  function column(name) {
    const known = columnOf(name);
    const wide = /text|message|raw/.test(name);
    return {
      field: `v:${name}`, title: "", minWidth: wide ? (window.innerWidth < 700 ? 150 : 220) : name === "reasons" ? 112 : 80, widthGrow: wide ? 4 : 1, widthShrink: wide ? 0 : 1, hozAlign: known.type === "number" ? "right" : undefined,
      headerSort: !["list", "nested"].includes(known.type), headerTooltip: false, formatter: cellOf(name, known.type),
      titleFormatter: () => h("span", { title: known.meaning }, name), vertAlign: "top", cssClass: `of-${known.type}`,
    };
  }

  function build(all = true) {
    if (all) {
      buildAdder();
      buildChooser();
    }
    tell();
    grid?.destroy();
    const names = ["id", ...wanted().filter((name) => name !== "id")];
    grid = new Tabulator(place, {
      layout: "fitColumns", height: false, columns: names.map(column), columnHeaderSortMulti: false, index: "at", resizableRows: false,
      pagination: true, paginationMode: "remote", paginationSize: 25, paginationSizeSelector: [25, 50, 100], paginationInitialPage: state.page, paginationButtonCount: window.innerWidth < 700 ? 3 : 5,
      sortMode: "remote", initialSort: state.sort && names.includes(state.sort) ? [{ column: `v:${state.sort}`, dir: state.descending ? "desc" : "asc" }] : [],
      ajaxURL: "rows", placeholder: "Nothing was found.", dataLoaderLoading: "Looking …", nestedFieldSeparator: false,
      ajaxRequestFunc: (url, config, given) => fetchPage(names, given),
    });
    grid.on("rowClick", (event, row) => {
      if (event.target.closest("a") || String(getSelection())) return;
      location.hash = `#/row/${row.getData().file}/${row.getData().row}`;
    });
    grid.on("dataLoadError", () => {});
  }

  async function fetchPage(names, given) {
    const [order] = given.sort ?? [];
    state.sort = order ? order.field.slice("v:".length) : null;
    state.descending = order?.dir === "desc";
    state.page = given.page;
    const began = performance.now();
    place.setAttribute("aria-busy", "true");
    loading = true;
    try {
      const found = await ask("rows", { kind: state.kind, search: state.search, how: state.how, filters: state.filters, sort: state.sort, descending: state.descending, start: (given.page - 1) * given.size, count: given.size, columns: names });
      problem(null);
      status.textContent = `${count(found.total)} of ${count(of().rows)} rows (${((performance.now() - began) / 1000).toFixed(2)} s)`;
      return { last_page: Math.max(1, Math.ceil(found.total / given.size)), last_row: found.total, data: found.rows.map((row) => ({ ...row, at: `${row.file}/${row.row}`, ...Object.fromEntries(Object.entries(row.values).map(([name, value]) => [`v:${name}`, value])) })) };
    } catch (error) {
      problem(error);
      status.textContent = "Nothing was looked up.";
      return { last_page: 1, last_row: 0, data: [] };
    } finally {
      setTimeout(() => {
        loading = false;
        place.removeAttribute("aria-busy");
        if (wished) {
          wished = false;
          again();
        }
      });
    }
  }

  const element = h("section", { "aria-labelledby": "rows-heading" },
    h("h1", { id: "rows-heading", class: "unheard" }, "Rows"),
    kinds, find,
    h("div", { class: "quick" }, h("label", {}, "Language ", languages), h("label", {}, "Reason ", reasons)),
    h("details", { class: "tools" }, h("summary", {}, "Filter by any column"), adder),
    h("details", { class: "tools" }, h("summary", {}, "Columns"), chooser),
    chips, status, place);
  return { element, title: "Rows", ready: () => build() };
}
