// The switch between light, dark, and what the system says.

import { element } from "./elements.js";

const NAMES = ["auto", "light", "dark"];
const KEY = "glotmill-report-theme";

export function themeSwitch() {
  const button = element("button", { type: "button", class: "theme" });
  let theme = stored();
  const show = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = NAMES[(NAMES.indexOf(theme) + 1) % NAMES.length];
    store(theme);
    show();
  });
  show();
  return button;
}

// A page from a file may have no storage.
function stored() {
  try {
    const found = localStorage.getItem(KEY);
    return NAMES.includes(found) ? found : "auto";
  } catch {
    return "auto";
  }
}

function store(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds until the page is closed.
  }
}
