// The theme's buttons say how things stand, and what a click changed; a button that was pressed by a key keeps the focus.
addEventListener("load", () => {
  const page = document.documentElement, sidebar = document.querySelector("#pst-primary-sidebar");
  const told = Object.assign(document.createElement("p"), {className: "visually-hidden", role: "status"});
  document.body.append(told);
  const colours = {light: "light", dark: "dark", auto: "as your system has it"};
  const state = {
    ".theme-switch-button": (button) => {
      const name = `Colour mode: ${colours[page.dataset.mode] || colours.auto}`;
      button.setAttribute("aria-label", name);
      return name;
    },
    ".primary-toggle": (button) => {
      const open = sidebar.checkVisibility() && !sidebar.classList.contains("pst-sidebar-hidden");
      button.setAttribute("aria-expanded", open);
      return `Chapters ${open ? "shown" : "hidden"}`;
    },
  };
  for (const css in state) document.querySelectorAll(css).forEach(state[css]);
  // Heard before the theme hears it, which lets some clicks go no further, and told after it has done its part.
  addEventListener("click", (event) => {
    const css = Object.keys(state).find((one) => event.target.closest(one)), button = css && event.target.closest(css);
    if (button) setTimeout(() => {
      if (!event.detail && !document.querySelector("dialog[open]")) button.focus();
      told.textContent = state[css](button);
    }, 50);
  }, true);
});
