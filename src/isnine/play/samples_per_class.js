// Dots for every seed and a line for their mean, over a logarithmic axis. All accuracies come from Python.
isnine.define("samples_per_class", (root, {numbers, names, accuracies, guess}) => {
  const {make, slider, status} = isnine;
  const seeds = accuracies[0][0].length;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const list = (parts, word) => (parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} ${word} ${parts[parts.length - 1]}`);
  const colours = ["var(--isnine-red)", "var(--isnine-blue)", "var(--isnine-green)", "#cc79a7"];
  const dashes = [null, "7 4", "2 4", "10 3 2 3"];
  const drawn = names.map(() => true);
  let step = numbers.includes(5) ? numbers.indexOf(5) : Math.floor(numbers.length / 2);

  // ---- The drawing
  const [left, right, top, bottom] = [36, 340, 36, 254];
  const [low, high] = [Math.log(numbers[0]), Math.log(numbers[numbers.length - 1])];
  const x = (i) => left + 16 + ((right - left - 32) * (Math.log(numbers[i]) - low)) / (high - low);
  const y = (share) => bottom + (top - bottom) * share;
  const svg = make("svg", {viewBox: "0 0 350 298", "aria-hidden": "true", style: "cursor:ew-resize;touch-action:pan-y;max-width:34rem"});
  const text = (px, py, words, anchor = "middle") => make("text", {x: px, y: py, text: words, "text-anchor": anchor});
  const band = make("rect", {y: top - 6, width: 26, height: bottom - top + 12, rx: 5, fill: "currentColor", "fill-opacity": 0.13});
  svg.append(band, text(left - 28, 15, "accuracy on unseen pictures", "start"));
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(make("line", {x1: left, x2: right, y1: y(share), y2: y(share), stroke: "currentColor", "stroke-opacity": 0.2}), text(left - 6, y(share) + 4.5, share, "end"));
  }
  svg.append(make("line", {x1: left, x2: right, y1: y(guess), y2: y(guess), stroke: "currentColor", "stroke-dasharray": "3 3"}), text(right, y(guess) + 15, "guessing", "end"));
  numbers.forEach((number, i) => svg.append(text(x(i), bottom + 20, number.toLocaleString("en"))));
  svg.append(text((left + right) / 2, bottom + 40, "samples a class"));
  const groups = names.map((_, way) => {
    // The ways stand a little beside one another, so that equal dots do not hide each other.
    const aside = 6 * (way - (names.length - 1) / 2);
    const means = accuracies[way].map((values, i) => `${i ? "L" : "M"}${(x(i) + aside).toFixed(1)} ${y(mean(values)).toFixed(1)}`).join("");
    const line = make("path", {d: means, fill: "none", style: `stroke:${colours[way]}`, "stroke-width": 2.2, "stroke-dasharray": dashes[way]});
    const dots = accuracies[way].flatMap((values, i) => values.map((value) => make("circle", {cx: x(i) + aside, cy: y(value), r: 3.6, "fill-opacity": 0.6, style: `fill:${colours[way]}`})));
    const group = make("g", {}, line, ...dots);
    svg.append(group);
    return group;
  });

  // ---- The controls
  const boxes = names.map((name, way) => {
    const box = make("input", {type: "checkbox", onchange: () => { drawn[way] = box.checked; update(); }, style: "width:1.2rem;height:1.2rem"});
    box.checked = true;
    const sample = make("svg", {viewBox: "0 0 34 12", "aria-hidden": "true", style: "width:34px;flex:none"},
      make("line", {x1: 0, x2: 34, y1: 6, y2: 6, style: `stroke:${colours[way]}`, "stroke-width": 2.5, "stroke-dasharray": dashes[way]}),
      make("circle", {cx: 17, cy: 6, r: 4, style: `fill:${colours[way]}`}));
    return make("label", {style: "display:flex;gap:.45rem;align-items:center;min-height:2.6rem;margin:0;cursor:pointer"}, box, sample, name);
  });
  const control = slider("samples a class", {min: 0, max: numbers.length - 1, step: 1, value: step, format: (i) => numbers[i].toLocaleString("en"), onchange(i) { step = i; update(); }});
  const told = status();
  told.style.minHeight = "7.3em"; // room for the longest text on a phone, so that nothing below jumps

  function reading() {
    return names.map((name, way) => {
      const values = accuracies[way][step];
      return {name, drawn: drawn[way], least: Math.min(...values), most: Math.max(...values), mean: mean(values)};
    });
  }
  function update() {
    band.setAttribute("x", x(step) - 13);
    groups.forEach((group, way) => group.setAttribute("visibility", drawn[way] ? "visible" : "hidden"));
    const all = reading();
    const seen = all.filter((way) => way.drawn);
    if (!seen.length) {
      told.textContent = "No way to train is drawn. Tick one or more boxes.";
      return;
    }
    const ranges = seen.map(({name, least, most}) => `${name} ${least.toFixed(2)} to ${most.toFixed(2)}`);
    const others = seen.filter((way) => way !== all[0]).map(({name, mean: own}) => {
      const gap = (own - all[0].mean).toFixed(2);
      return `${name} ${gap.replace("-", "")} ${gap.startsWith("-") ? "below" : "above"} it`;
    });
    told.textContent = `With ${numbers[step].toLocaleString("en")} ${numbers[step] === 1 ? "sample" : "samples"} a class, over ${seeds} seeds: ${list(ranges, "and")}.`
      + (drawn[0] && others.length ? ` On average: ${names[0]} ${all[0].mean.toFixed(2)}, ${others.join(", ")}.` : "");
  }

  // A click on the drawing, or a drag, chooses the nearest number of samples.
  isnine.pointing(svg, 350, (place) => control.set(isnine.nearest(numbers.map((_, i) => x(i)), place)));

  root.append(control.element, make("div", {class: "isnine-row", role: "group", "aria-label": "ways to train that are drawn"}, ...boxes), svg, told);
  control.element.style.gridTemplateColumns = "7.5rem 1fr 2.5rem";
  update();
  root.isnine = {reading, set: control.set};
});
