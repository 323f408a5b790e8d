// One neuron with two inputs over its plane: sliders for w1, w2 and b, the line z = 0, the ground shaded by the activation.
isnine.define("neuron_plane", (root, {points, labels, names, classes, settings, limits, steps, low, side, ticks}) => {
  const {make, slider, status, button, sigmoid} = isnine;
  const [left, top, size] = [46, 6, 246];
  const right = (x) => left + ((x - low[0]) / side) * size;
  const up = (y) => top + size - ((y - low[1]) / side) * size;
  const fixed = (value, step) => value.toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9))).replace("-", "−");
  const name = `plane-${Math.random().toString(36).slice(2)}`;
  const now = [...settings[0]];
  let smooth = false;

  // The picture. What moves (ground, line, arrow, rings) is drawn by update().
  const ground = make("g");
  const cut = make("g", {stroke: "currentColor", "stroke-width": 2, fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round"});
  const axes = make("g", {stroke: "currentColor"}, make("rect", {x: left, y: top, width: size, height: size, fill: "none", opacity: 0.35}));
  const word = (x, y, text, more) => make("text", {x, y, text, stroke: "none", "text-anchor": "middle", ...more});
  for (const axis of [0, 1]) {
    for (const tick of ticks[axis]) {
      const [x, y] = axis ? [left, up(tick)] : [right(tick), top + size];
      axes.append(make("line", {x1: x, y1: y, x2: x - 5 * axis, y2: y + 5 * (1 - axis), opacity: 0.6}));
      axes.append(word(axis ? x - 8 : x, y + (axis ? 4 : 18), String(tick).replace("-", "−"), axis ? {"text-anchor": "end"} : {}));
    }
  }
  axes.append(word(left + size / 2, top + size + 37, names[0]));
  axes.append(word(0, 0, names[1], {transform: `translate(12 ${top + size / 2}) rotate(-90)`}));
  const r = points.length > 40 ? 3 : 6.5;
  const mark = (x, y, label) => label ? make("circle", {cx: x, cy: y, r, style: "fill: var(--isnine-blue)", stroke: "#fff", "stroke-width": 0.7})
    : make("path", {d: `M${x - r},${y - r}l${2 * r},${2 * r}m0,${-2 * r}l${-2 * r},${2 * r}`, style: "stroke: var(--isnine-red)", "stroke-width": 2, fill: "none"});
  const ring = (x, y) => make("circle", {cx: x, cy: y, r: r + 3.2, fill: "none", stroke: "currentColor", "stroke-width": 1.3});
  const rings = points.map(([x, y]) => ring(right(x), up(y)));
  const marks = points.map(([x, y], i) => mark(right(x), up(y), labels[i]));
  const picture = make("svg", {viewBox: "0 0 300 294", "aria-hidden": "true"}, ground, axes, make("g", {}, ...marks), make("g", {}, ...rings), cut);

  const z = (x, y) => now[0] * x + now[1] * y + now[2];
  function update() {
    const [w1, w2] = now, square = w1 * w1 + w2 * w2, flat = square < 1e-12;
    // The point of the line nearest to the middle of the picture; the ground changes along the weights, from z = -6 to z = 6.
    const middle = low.map((l) => l + side / 2), back = flat ? 0 : -z(...middle) / square;
    const foot = [middle[0] + back * w1, middle[1] + back * w2];
    const ends = [-6, 6].map((value) => [right(foot[0] + (value * w1) / (square || 1)), up(foot[1] + (value * w2) / (square || 1))]);
    const stops = smooth ? [...Array(25).keys()].map((i) => [i / 24, sigmoid(i / 2 - 6)]) : [[0.5, 0], [0.5, 1]];
    const fill = flat ? (smooth ? sigmoid(now[2]) : +(now[2] > 0)) : null;
    ground.innerHTML = `<linearGradient id="${name}" gradientUnits="userSpaceOnUse" x1="${ends[0][0]}" y1="${ends[0][1]}" x2="${ends[1][0]}" y2="${ends[1][1]}">`
      + stops.map(([at, a]) => `<stop offset="${at}" style="stop-color: var(--isnine-blue); stop-opacity: ${0.4 * a}"/>`).join("")
      + `</linearGradient><rect x="${left}" y="${top}" width="${size}" height="${size}" `
      + (flat ? `style="fill: var(--isnine-blue); fill-opacity: ${0.4 * fill}"/>` : `fill="url(#${name})"/>`);
    // The part of the line inside the picture: foot + t · (-w2, w1) for t between two borders.
    const way = [-w2, w1];
    let [from, to] = [-Infinity, Infinity];
    for (const axis of [0, 1]) {
      const borders = [low[axis], low[axis] + side].map((edge) => (edge - foot[axis]) / way[axis]);
      if (way[axis]) [from, to] = [Math.max(from, Math.min(...borders)), Math.min(to, Math.max(...borders))];
      else if (foot[axis] < low[axis] || foot[axis] > low[axis] + side) to = -Infinity;
    }
    const seen = !flat && from < to;
    cut.replaceChildren();
    if (seen) {
      const place = (t) => [right(foot[0] + t * way[0]), up(foot[1] + t * way[1])];
      const [[x1, y1], [x2, y2]] = [from, to].map(place);
      // The arrow stands where the points are few, if it finds room there, and grows with the weights.
      const length = 20 + (40 * Math.sqrt(square)) / (limits[0] * Math.SQRT2), angle = Math.atan2(-w2, w1);
      const inside = ([x, y]) => Math.abs(x + length * Math.cos(angle) - left - size / 2) < size / 2 && Math.abs(y + length * Math.sin(angle) - top - size / 2) < size / 2;
      const spots = [0.82, 0.18, 0.5].map((part) => place(from + part * (to - from))), [x, y] = spots.find(inside) || spots[2];
      cut.append(make("line", {x1, y1, x2, y2}), make("path", {d: `M0,0H${length}m-7,-5l7,5l-7,5`, "stroke-width": 2.5, transform: `translate(${x} ${y}) rotate(${(angle * 180) / Math.PI})`}));
    }
    const good = points.map(([a, b], i) => z(a, b) > 1e-9 === !!labels[i]); // 0.1 + 0.2 - 0.3 is meant to be 0
    rings.forEach((element, i) => element.setAttribute("visibility", good[i] ? "hidden" : "visible"));
    const count = (label) => `${classes[label]}: ${good.filter((g, i) => g && labels[i] === label).length} of ${labels.filter((l) => l === label).length}`;
    const where = flat ? `There is no line: with w1 = w2 = 0 the neuron gives ${smooth ? sigmoid(now[2]).toFixed(2) : fill} everywhere.` : seen ? "" : "The line lies outside the picture.";
    told.textContent = `w1 = ${fixed(w1, steps[0])}, w2 = ${fixed(w2, steps[0])}, b = ${fixed(now[2], steps[1])}: ${good.filter(Boolean).length} of ${points.length} points on the right side (${count(1)}, ${count(0)}). ${where}`;
  }

  const sliders = ["weight w1", "weight w2", "bias b"].map((label, i) => {
    const [limit, step] = [limits[+(i > 1)], steps[+(i > 1)]];
    return slider(label, {min: -limit, max: limit, step, value: now[i], format: (value) => fixed(value, step), onchange: (value) => { now[i] = value; update(); }});
  });
  const set = (values) => sliders.forEach((s, i) => s.set(values[i]));
  const choices = ["step", "sigmoid"].map((kind, i) => make("input", {type: "radio", name, checked: !i, "data-lm-suppress-shortcuts": "true", onchange: () => { smooth = !!i; update(); }}));
  const kinds = make("div", {class: "isnine-row", role: "radiogroup", "aria-label": "activation"}, make("span", {text: "activation"}),
    ...choices.map((input, i) => make("label", {style: "display: flex; gap: 0.4rem; align-items: center; min-height: 2.6rem; margin: 0; cursor: pointer"}, input, ["step", "sigmoid"][i])));
  const buttons = make("div", {class: "isnine-row"});
  if (settings[1]) buttons.append(button("Show a good setting", () => set(settings[1])));
  buttons.append(button("Reset", () => { choices[0].checked = true; smooth = false; set(settings[0]); }));
  const sign = (text, ...drawn) => make("span", {style: "display: inline-flex; gap: 0.35rem; align-items: center"},
    make("svg", {viewBox: "-11 -11 22 22", style: "width: 1.3rem; flex: none", "aria-hidden": "true"}, ...drawn), text);
  const scale = make("span", {style: "width: 3.5rem; height: 0.9rem; border: 1px solid #8888; background: linear-gradient(90deg, transparent, #0072b266)"});
  const legend = make("div", {class: "isnine-row", style: "margin: 0.3rem 0; gap: 0.2rem 1.1rem"}, sign(classes[1], mark(0, 0, 1)), sign(classes[0], mark(0, 0, 0)),
    sign("wrong side", ring(0, 0)),
    make("span", {style: "display: inline-flex; gap: 0.35rem; align-items: center"}, "activation 0", scale, "1"));
  const told = status();
  const column = (basis, ...parts) => make("div", {style: `flex: 1 1 ${basis}; min-width: 0; max-width: 26rem`}, ...parts);
  root.append(make("div", {class: "isnine-row", style: "gap: 0.6rem 1.5rem"}, column("19rem", picture), column("15rem", ...sliders.map((s) => s.element), kinds, buttons, legend)), told);
  update();
  root.isnine = {set, values: () => [...now], activation: (x, y) => (smooth ? sigmoid(z(x, y)) : +(z(x, y) > 0))};
});
