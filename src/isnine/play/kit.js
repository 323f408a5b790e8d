// What every figure to play with shares. It is put into a page once a figure; the first one counts.
window.isnine = window.isnine || (() => {
  const scripts = {};

  // make("button", {class: "x", text: "Go", onclick: f}, child, ...) builds an element.
  function make(tag, attributes = {}, ...children) {
    const svg = ["svg", "g", "path", "line", "circle", "rect", "text", "polyline", "title", "linearGradient", "stop"].includes(tag);
    const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") element.textContent = value;
      else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  // A labelled slider with its value beside it. Arrow keys move it (JupyterLab is told to leave them alone).
  function slider(label, {min, max, step, value, format = String, onchange}) {
    const shown = make("output", {text: format(value)});
    const input = make("input", {type: "range", min, max, step, value, "data-lm-suppress-shortcuts": "true", "aria-valuetext": format(value)});
    input.addEventListener("input", () => {
      const now = Number(input.value);
      shown.textContent = format(now);
      input.setAttribute("aria-valuetext", format(now));
      onchange(now);
    });
    const element = make("label", {class: "isnine-slider"}, make("span", {text: label}), input, shown);
    return {element, input, set(now) { input.value = now; input.dispatchEvent(new Event("input")); }};
  }

  // A line of text that screen readers announce when it changes.
  const status = (text = "") => make("p", {class: "isnine-status", role: "status", "aria-live": "polite", text});

  const button = (text, onclick) => make("button", {type: "button", text, onclick});

  const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

  // Pointing at a drawing, and dragging over it: point(across) gets the place in the units of its viewBox, `width` wide.
  function pointing(drawing, width, point) {
    const tell = (event) => {
      const box = drawing.getBoundingClientRect();
      point(((event.clientX - box.left) / box.width) * width);
    };
    drawing.addEventListener("pointerdown", (event) => { drawing.setPointerCapture(event.pointerId); tell(event); });
    drawing.addEventListener("pointermove", (event) => { if (event.buttons) tell(event); });
  }

  // Which of some places is the nearest one.
  const nearest = (places, to) => {
    const distances = places.map((place) => Math.abs(place - to));
    return distances.indexOf(Math.min(...distances));
  };

  // define(name, build): build(root, data) fills the element. mount(name, root, data): runs it.
  return {
    make, slider, status, button, sigmoid, pointing, nearest,
    define(name, build) { scripts[name] = build; },
    mount(name, root, data) {
      try { scripts[name](root, data); } catch (problem) {
        root.append(make("p", {text: "This figure could not be started in your browser: " + problem.message}));
        throw problem;
      }
    },
  };
})();
