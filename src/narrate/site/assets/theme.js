// Runs before anything is drawn: colours that were chosen last time must not flash in.
"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("narrate.theme");
    } catch {
      return null;
    }
  };
  const isDark = () => (chosen() ?? (dark.matches ? "dark" : "light")) === "dark";

  const choose = (theme) => {
    const own = dark.matches ? "dark" : "light";
    try {
      if (theme === own) localStorage.removeItem("narrate.theme"); // the system's choice again
      else localStorage.setItem("narrate.theme", theme);
    } catch {
      root.dataset.theme = theme;
    }
  };

  const show = () => {
    const theme = chosen();
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.querySelector("[data-theme-switch]")?.setAttribute("aria-pressed", String(isDark()));
  };

  root.classList.add("with-scripts");
  show();
  dark.addEventListener("change", show);
  addEventListener("storage", show);
  document.addEventListener("DOMContentLoaded", () => {
    show();
    document.querySelector("[data-theme-switch]")?.addEventListener("click", () => {
      choose(isDark() ? "light" : "dark");
      show();
    });
  });
})();
