// A network drawn from a list of layer widths, with controls for the widths and the parameters counted as a sum.
isnine.define("layer_widths", (root, {start, inputs, outputs, hidden, most}) => {
  const {make, slider, status, button} = isnine;
  const FULL = 8; // a wider layer is drawn shortened: three neurons, three dots, three neurons
  const [width, top, rise, radius] = [340, 12, 25, 9];
  const middle = top + ((FULL - 1) * rise) / 2;
  const colours = {input: "var(--isnine-blue)", hidden: "var(--isnine-green)", output: "var(--isnine-red)"};
  const say = (number) => number.toLocaleString("en");
  const name = `layers-${Math.random().toString(36).slice(2)}`;
  let widths, touched;

  const column = (count) => {
    if (count <= FULL) return [...Array(count).keys()].map((i) => middle + (i - (count - 1) / 2) * rise);
    return [0, 1, 2].flatMap((i) => [top + i * rise, top + (FULL - 1 - i) * rise]);
  };
  const kind = (i) => (i === 0 ? "input" : i === widths.length - 1 ? "output" : "hidden");
  const title = (i) => (kind(i) === "hidden" && widths.length > 3 ? `hidden ${i}` : kind(i));

  const lines = make("g", {stroke: "currentColor", fill: "none"});
  const neurons = make("g");
  const words = make("g");
  const picture = make("svg", {viewBox: `0 0 ${width} ${top + 7 * rise + 58}`, "aria-hidden": "true"}, lines, neurons, words);
  const told = status();
  // Room for the longest sum on a phone: otherwise a slider would move away under the finger when the sum gets another line.
  told.style.cssText = "font-variant-numeric: tabular-nums; margin-top: 0.6rem; font-size: 0.95em; min-height: 5.9em";

  function draw() {
    for (const group of [lines, neurons, words]) group.replaceChildren();
    const last = widths.length - 1;
    // Few layers stand closer together than the picture is wide: long lines at a flat angle are hard to follow.
    const reach = Math.min(width - 40, last * 112);
    const across = (i) => (width - reach) / 2 + (i * reach) / last;
    const columns = widths.map(column);
    columns.forEach((ys, i) => {
      if (i < last) {
        const near = touched === i || touched === i + 1;
        const d = ys.flatMap((a) => columns[i + 1].map((b) => `M${across(i)},${a}L${across(i + 1)},${b}`)).join("");
        lines.append(make("path", {d, opacity: near ? 0.7 : 0.35, "stroke-width": near ? 1 : 0.7}));
      }
      for (const y of ys) neurons.append(make("circle", {cx: across(i), cy: y, r: radius, style: `fill: ${colours[kind(i)]}`}));
      if (widths[i] > FULL) for (const y of [-9, 0, 9]) neurons.append(make("circle", {cx: across(i), cy: middle + y, r: 2, fill: "currentColor"}));
      const under = top + 7 * rise + 30;
      words.append(make("text", {x: across(i), y: under, text: title(i), "text-anchor": "middle"}));
      words.append(make("text", {x: across(i), y: under + 18, text: say(widths[i]), "text-anchor": "middle", "font-weight": 700}));
    });
  }

  const parameters = () => widths.slice(1).reduce((sum, n, i) => sum + widths[i] * n + n, 0);
  function tell() {
    // One bracket a layer; a bracket is never broken over two lines. The two that a width stands in are underlined when it changes.
    const brackets = widths.slice(1).map((n, i) => make("span", {
      text: `(${say(widths[i])} × ${say(n)} + ${say(n)})`,
      style: `white-space: nowrap${touched === i || touched === i + 1 ? "; text-decoration: underline; text-decoration-color: var(--isnine-blue); text-decoration-thickness: 2px; text-underline-offset: 4px" : ""}`,
    }));
    const sum = brackets.flatMap((bracket, i) => (i ? [" + ", bracket] : [bracket]));
    told.replaceChildren(`${widths.length} layers, ${say(parameters())} parameters:`, make("br"), ...sum, " ", make("span", {text: `= ${say(parameters())}`, style: "white-space: nowrap"}));
  }
  const update = () => { draw(); tell(); };
  const change = (place, value) => { touched = place; widths[place] = value; update(); };

  // Input and output: a few choices. Hidden layers: how many, then a slider for each.
  const choose = (label, choices, place) => {
    const radios = choices.map((n) => make("input", {type: "radio", name: `${name}-${label}`, "data-lm-suppress-shortcuts": "true",
      onchange: () => change(place(), n)}));
    const element = make("div", {role: "radiogroup", "aria-label": label, class: "isnine-row", style: "gap: 0 0.7rem"},
      make("span", {text: label, style: "min-width: 6.6rem"}), make("div", {style: "display: flex; gap: 1rem"},
      ...radios.map((radio, i) => make("label", {style: "display: flex; gap: 0.4rem; align-items: center; min-height: 2.4rem; margin: 0; cursor: pointer"},
        radio, say(choices[i])))));
    return {element, show: (n) => radios.forEach((radio, i) => { radio.checked = choices[i] === n; })};
  };
  const first = choose("input neurons", inputs, () => 0);
  const final = choose("output neurons", outputs, () => widths.length - 1);
  const depth = slider("hidden layers", {min: 0, max: most, step: 1, value: 0, onchange: (count) => {
    const now = widths.slice(1, -1);
    while (now.length < count) now.push(now.at(-1) || 4);
    touched = null;
    widths = [widths[0], ...now.slice(0, count), widths.at(-1)];
    show();
  }});
  const rows = [...Array(most).keys()].map((i) => slider(`hidden layer ${i + 1}`, {min: 0, max: hidden.length - 1, step: 1, value: 0,
    format: (at) => say(hidden[at]), onchange: (at) => { if (i + 1 < widths.length - 1) change(i + 1, hidden[at]); }}));

  for (const {element} of [depth, ...rows]) element.style.gridTemplateColumns = "6.6rem 1fr 2rem";

  // The controls show what the network is; only widths and touched are remembered.
  function show() {
    first.show(widths[0]);
    final.show(widths.at(-1));
    const place = (control, value, text) => {
      control.input.value = value;
      control.input.setAttribute("aria-valuetext", text);
      control.element.querySelector("output").textContent = text;
    };
    place(depth, widths.length - 2, String(widths.length - 2));
    rows.forEach((row, i) => {
      const used = i < widths.length - 2;
      row.element.style.display = used ? "" : "none";
      if (used) place(row, hidden.indexOf(widths[i + 1]), say(widths[i + 1]));
    });
    update();
  }
  const set = (now) => { widths = [...now]; touched = null; show(); };

  const part = (basis, ...children) => make("div", {style: `flex: 1 1 ${basis}; min-width: 0; max-width: 26rem`}, ...children);
  root.append(make("div", {class: "isnine-row", style: "gap: 0.4rem 1.5rem; align-items: flex-start"}, part("19rem", picture, told),
    part("15rem", first.element, depth.element, ...rows.map((row) => row.element), final.element, make("div", {style: "margin-top: 0.5rem"}, button("Reset", () => set(start))))));
  set(start);
  root.isnine = {set, widths: () => [...widths], parameters, text: () => told.textContent};
});
