// Numbers as the tables in the page write them.

export function number(value) {
  return value.toLocaleString("en-US");
}

// For an axis of counts: there is no half a document.
export function count(value) {
  return Number.isInteger(value) ? number(value) : "";
}

export function percent(part, whole) {
  return whole ? `${((100 * part) / whole).toFixed(1)}%` : "–";
}

// Up to four significant digits, without zeros at the end.
export function short(value) {
  if (Math.abs(value) >= 10000) return number(Math.round(value));
  return String(Number(value.toPrecision(4)));
}

// As many digits as a threshold was written with.
export function exact(value) {
  return Math.abs(value) >= 10000 ? number(value) : String(Number(value.toPrecision(8)));
}

export function times(count, one, several) {
  return `${number(count)} ${count === 1 ? one : several}`;
}
