// What the release says, as Python wrote it into the page.

export const data = JSON.parse(document.getElementById("data").textContent);

// A language: label, name, BCP 47 tag, script, input, released, rejected, dead, rejected by stage.
export const languages = data.languages.map(([label, name, tag, script, input, released, rejected, dead, stages]) => ({
  label,
  name,
  tag,
  script,
  input,
  released,
  rejected,
  dead,
  stages,
}));

// All languages together.
export const every = {
  label: null,
  name: "all languages",
  input: sum((one) => one.input),
  released: sum((one) => one.released),
  rejected: sum((one) => one.rejected),
  dead: sum((one) => one.dead),
  stages: data.stages.map((_, place) => sum((one) => one.stages[place])),
};

function sum(of) {
  return languages.reduce((total, one) => total + of(one), 0);
}

// The part of a table for a language: undefined where the page does not hold it.
export function part(table, language) {
  if (language.label === null) return table.all;
  return Object.hasOwn(table.languages, language.label) ? table.languages[language.label] : undefined;
}
