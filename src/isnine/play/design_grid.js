// Left: one field a design, with its mean of validation mistakes. Right: the chosen design, one line a seed from training to validation.
isnine.define("design_grid", (root, {widths, depths, inputs, pictures, validation, training}) => {
  const {make, slider, status} = isnine;
  const say = (number) => number.toLocaleString("en");
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = (values) => values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  // Chapter 07's rule: twice the root of the two squared standard errors, added.
  const noise = (a, b) => 2 * Math.sqrt(spread(a) / a.length + spread(b) / b.length);

  const designs = widths.flatMap((width, column) => depths.map((depth, row) => ({
    width, depth, column, row, counts: validation[column][row], known: training[column][row], mean: mean(validation[column][row]),
    parameters: inputs * width + width + (depth - 1) * (width * width + width) + width + 1,
  })));
  const at = (column, row) => designs[column * depths.length + row];
  const sizes = [...new Set(designs.map((design) => design.parameters))].sort((a, b) => a - b);
  let column = Math.floor(widths.length / 2), row = Math.floor(depths.length / 2), budget = sizes.at(-1);

  const fitting = () => designs.filter((design) => design.parameters <= budget);
  const best = () => fitting().reduce((a, b) => (b.mean < a.mean || (b.mean === a.mean && b.parameters < a.parameters) ? b : a));
  const near = () => { const top = best(); return fitting().filter((one) => one.mean - top.mean <= noise(one.counts, top.counts)); };

  // ---- The grid: a touch chooses; the sliders do the same from the keyboard
  const [cell, high, left, top] = [300 / widths.length, 46, 42, 30];
  const text = (x, y, words, anchor = "middle", weight = 400) => make("text", {x, y, text: words, "text-anchor": anchor, "font-weight": weight});
  const grid = make("svg", {viewBox: `0 0 350 ${top + high * depths.length + 44}`, "aria-hidden": "true"});
  widths.forEach((width, i) => grid.append(text(left + (i + 0.5) * cell, top + high * depths.length + 18, say(width))));
  depths.forEach((depth, i) => grid.append(text(left - 10, top + (i + 0.5) * high + 5, say(depth), "end")));
  grid.append(text(left + 150, top + high * depths.length + 38, "width of each hidden layer"), text(2, 18, "hidden layers; mean of validation mistakes", "start", 600));
  const [least, most] = [Math.min(...designs.map((one) => one.mean)), Math.max(...designs.map((one) => one.mean))];
  for (const design of designs) {
    const [x, y] = [left + design.column * cell, top + design.row * high];
    const good = most > least ? (most - design.mean) / (most - least) : 1;
    design.field = make("g", {style: "cursor: pointer", onclick: () => { across.set(design.column); down.set(design.row); }},
      make("rect", {x: x + 1, y: y + 1, width: cell - 2, height: high - 2, rx: 4, style: "fill: var(--isnine-blue)", "fill-opacity": 0.04 + 0.36 * good ** 3}),
      text(x + cell / 2, y + 20, design.mean.toFixed(1)));
    design.mark = text(x + cell / 2, y + 39, "≈", "middle", 700);
    design.field.append(design.mark);
    grid.append(design.field);
  }
  const ring = make("rect", {width: cell - 2, height: high - 2, rx: 4, fill: "none", stroke: "currentColor", "stroke-width": 2.5, "pointer-events": "none"});
  grid.append(ring);

  // ---- The chosen design: training and validation mistakes in per cent, one line a seed
  const chart = make("svg", {viewBox: "0 0 250 230", "aria-hidden": "true"});
  const share = (count, place) => (100 * count) / pictures[place];
  const highest = Math.max(1, ...designs.flatMap((one) => [...one.counts.map((n) => share(n, 0)), ...one.known.map((n) => share(n, 1))]));
  const y = (percent) => 190 - (155 * percent) / highest;
  for (const part of [0, 0.5, 1]) chart.append(make("line", {x1: 48, x2: 240, y1: y(part * highest), y2: y(part * highest), stroke: "currentColor", "stroke-opacity": 0.25}),
    text(42, y(part * highest) + 4.5, `${(part * highest).toFixed(highest < 10 ? 1 : 0)} %`, "end"));
  chart.append(text(2, 18, "mistakes of each seed", "start", 600), text(90, 212, "training"), text(198, 212, "validation"));
  const lines = make("g");
  chart.append(lines);

  const told = status();
  told.style.cssText = "font-weight: 400; min-height: 8em; font-variant-numeric: tabular-nums";
  function update() {
    const [chosen, lead, close] = [at(column, row), best(), near()];
    for (const design of designs) {
      design.field.setAttribute("opacity", design.parameters <= budget ? 1 : 0.3);
      design.mark.setAttribute("visibility", close.includes(design) ? "visible" : "hidden");
    }
    ring.setAttribute("x", left + column * cell + 1);
    ring.setAttribute("y", top + row * high + 1);
    lines.replaceChildren(...chosen.counts.flatMap((count, seed) => {
      const shift = 4 * (seed - (chosen.counts.length - 1) / 2); // equal seeds stay apart
      const ends = [[90 + shift, y(share(chosen.known[seed], 1)), "var(--isnine-green)"], [198 + shift, y(share(count, 0)), "var(--isnine-blue)"]];
      return [make("line", {x1: ends[0][0], y1: ends[0][1], x2: ends[1][0], y2: ends[1][1], stroke: "currentColor", "stroke-opacity": 0.5}),
        ...ends.map(([cx, cy, colour]) => make("circle", {cx, cy, r: 4.5, style: `fill: ${colour}`}))];
    }));
    told.replaceChildren(...[
      `Width ${say(chosen.width)}, hidden layers ${chosen.depth}: ${say(chosen.parameters)} parameters, ${chosen.parameters <= budget ? "within" : "above"} the budget.`,
      `Mistakes of each seed on ${say(pictures[0])} validation pictures: ${chosen.counts.join(", ")}; on ${say(pictures[1])} training pictures: ${chosen.known.join(", ")}.`,
      `Budget ${say(budget)}: ${fitting().length} of ${designs.length} designs fit. Best mean: width ${say(lead.width)}, hidden layers ${lead.depth}, with ${lead.mean.toFixed(1)} mistakes. `
        + `Not clearly worse: ${close.length - 1} more.`,
    ].map((line) => make("span", {text: line, style: "display: block; margin-bottom: 0.3rem"})));
  }

  const across = slider("width", {min: 0, max: widths.length - 1, step: 1, value: column, format: (i) => say(widths[i]), onchange(i) { column = i; update(); }});
  const down = slider("hidden layers", {min: 0, max: depths.length - 1, step: 1, value: row, format: (i) => say(depths[i]), onchange(i) { row = i; update(); }});
  const limit = slider("parameter budget", {min: 0, max: sizes.length - 1, step: 1, value: sizes.length - 1, format: (i) => say(sizes[i]), onchange(i) { budget = sizes[i]; update(); }});
  for (const {element} of [across, down, limit]) element.style.gridTemplateColumns = "7.7rem 1fr 3.2rem";

  root.append(make("div", {class: "isnine-row", style: "gap: 0.6rem 1.4rem; align-items: flex-start"},
    make("div", {style: "flex: 1.4 1 17rem; min-width: 0"}, grid), make("div", {style: "flex: 1 1 12rem; min-width: 0; max-width: 20rem"}, chart)),
    make("p", {text: "≈ not clearly worse than the best within the budget. Pale fields are above the budget.", style: "font-size: 0.92em"}),
    across.element, down.element, limit.element, told);
  update();
  const name = ({width, depth}) => [width, depth];
  root.isnine = {choose(i, j) { across.set(i); down.set(j); }, limit: limit.set, sizes, parameters: () => at(column, row).parameters,
    fitting: () => fitting().map(name), best: () => name(best()), near: () => near().map(name)};
});
