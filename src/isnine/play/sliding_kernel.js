// A 3×3 kernel over a grey picture. On the left the picture with the window, on the right the output; below, the nine products.
isnine.define("sliding_kernel", (root, {pictures, names, kernels}) => {
  const {make, slider, status} = isnine;
  const SIDE = 3, CELL = 20, MOST = 9;
  const [height, width] = [pictures[0].length, pictures[0][0].length];
  const now = {picture: 0, stride: 1, padding: "valid", row: height >> 2, column: width >> 2, weights: [...kernels[0][1]]};
  let outputs = [];

  // How many places along one side, and the zeros before the first pixel and after the last: TensorFlow's rule.
  function places(pixels) {
    const {stride, padding} = now, same = padding === "same";
    const count = same ? Math.ceil(pixels / stride) : Math.floor((pixels - SIDE) / stride) + 1;
    const zeros = same ? Math.max((count - 1) * stride + SIDE - pixels, 0) : 0;
    return {count, before: Math.floor(zeros / 2), after: Math.ceil(zeros / 2)};
  }
  // The nine pixels under the window at a place of the output; null where the window leaves the picture.
  function patch(row, column) {
    const top = row * now.stride - places(height).before, left = column * now.stride - places(width).before;
    return now.weights.map((_, i) => pictures[now.picture][top + Math.floor(i / SIDE)]?.[left + (i % SIDE)] ?? null);
  }
  const sum = (row, column) => patch(row, column).reduce((total, pixel, i) => total + (pixel ?? 0) * now.weights[i], 0);

  // At most two decimals, without a sign before 0.
  const told = (value) => String(Number(value.toFixed(2)) || 0).replace("-", "−");
  const square = (row, column, more) => make("rect", {x: column * CELL, y: row * CELL, width: CELL, height: CELL, ...more});
  const outline = (stroke) => make("rect", {fill: "none", stroke, "stroke-width": 3.5, rx: 2});
  const cells = [make("g"), make("g")], frames = [outline("var(--isnine-red)"), outline("currentColor")];
  const drawings = cells.map((group, i) => make("svg", {
    viewBox: `${-1.1 * CELL} ${-1.1 * CELL} ${(width + 2.2) * CELL} ${(height + 2.2) * CELL}`, "aria-hidden": "true",
    style: i ? "cursor:pointer;touch-action:pan-y" : ""}, group, frames[i]));
  const heads = ["picture", "output"].map(() => make("p", {style: "margin:0 0 .2rem"}));

  function draw() {
    const [down, across] = [places(height), places(width)];
    outputs = Array.from({length: down.count}, (_, row) => Array.from({length: across.count}, (_, column) => sum(row, column)));
    cells[0].replaceChildren();
    for (let row = -down.before; row < height + down.after; row += 1) {
      for (let column = -across.before; column < width + across.after; column += 1) {
        const pixel = pictures[now.picture][row]?.[column], grey = Math.round(255 * (pixel ?? 0));
        cells[0].append(square(row, column, pixel === undefined ? {fill: "none", stroke: "currentColor", "stroke-opacity": 0.5, "stroke-dasharray": "3 3"}
          : {fill: `rgb(${grey},${grey},${grey})`, stroke: "#888", "stroke-width": 0.5}));
      }
    }
    const largest = Math.max(...outputs.flat().map(Math.abs)) || 1;
    cells[1].replaceChildren(...outputs.flatMap((line, row) => line.map((value, column) => square(row, column, {
      fill: `var(--isnine-${value < 0 ? "red" : "blue"})`, "fill-opacity": Math.abs(value) < 1e-9 ? 0 : Math.abs(value) / largest, stroke: "#888", "stroke-width": 0.5}))));
    heads[0].textContent = `picture, ${height}×${width}`;
    heads[1].textContent = `output, ${down.count}×${across.count}`;
    [[sliders[0], down.count], [sliders[1], across.count]].forEach(([one, count]) => { one.input.max = count - 1; });
    move(Math.min(now.row, down.count - 1), Math.min(now.column, across.count - 1));
  }

  // What depends on the place of the window alone.
  function move(row, column) {
    [now.row, now.column] = [row, column];
    [row, column].forEach((value, i) => {
      sliders[i].input.value = value;
      sliders[i].input.setAttribute("aria-valuetext", value);
      sliders[i].element.querySelector("output").textContent = value;
    });
    const top = row * now.stride - places(height).before, left = column * now.stride - places(width).before;
    [[top, left, SIDE], [row, column, 1]].forEach(([y, x, side], i) => {
      const at = {x: x * CELL, y: y * CELL, width: side * CELL, height: side * CELL};
      Object.entries(at).forEach(([name, value]) => frames[i].setAttribute(name, value));
    });
    const pixels = patch(row, column), outside = pixels.filter((pixel) => pixel === null).length;
    pixels.forEach((pixel, i) => {
      before[i].textContent = `${told(pixel ?? 0)} ×`;
      after[i].textContent = `= ${told((pixel ?? 0) * now.weights[i])}`;
    });
    const zeros = outside ? ` ${outside} of the nine pixels ${outside === 1 ? "is a zero" : "are zeros"} from the padding.` : "";
    words.textContent = `Output row ${row}, column ${column}: the nine products add up to ${told(outputs[row][column])}. `
      + `The window begins at row ${told(top)}, column ${told(left)} of the picture.${zeros}`;
  }

  // The nine products: pixel × weight = product, the weight to be changed.
  const before = now.weights.map(() => make("span")), after = now.weights.map(() => make("b"));
  const inputs = now.weights.map((weight, i) => make("input", {
    type: "number", step: 0.5, min: -MOST, max: MOST, value: weight, "data-lm-suppress-shortcuts": "true",
    "aria-label": `weight in row ${Math.floor(i / SIDE)}, column ${i % SIDE}`,
    style: "width:100%;max-width:4.2rem;min-height:2.2rem;font:inherit;color:inherit;background:#8882;border:1px solid #8888;border-radius:.3rem;padding:0 .2rem;text-align:center",
    oninput: () => { now.weights[i] = Math.max(-MOST, Math.min(MOST, Number(inputs[i].value))); mark(); draw(); },
    onchange: () => { inputs[i].value = now.weights[i]; },
  }));
  const box = (i) => make("td", {style: "border:1px solid #8886;padding:.3rem;text-align:center;background:none;font-variant-numeric:tabular-nums"},
    make("div", {style: "display:flex;gap:.3rem;align-items:center;justify-content:center;white-space:nowrap"}, before[i], inputs[i]), after[i]);
  const table = make("table", {style: "width:100%;table-layout:fixed;border-collapse:collapse;margin:.4rem 0;color:inherit;font-size:.9em", "aria-label": "pixel times weight, nine times"},
    make("tbody", {}, ...[0, 1, 2].map((row) => make("tr", {style: "background:none"}, ...[0, 1, 2].map((column) => box(SIDE * row + column))))));

  // Groups of radio buttons.
  function choice(label, options, chosen, onchoice) {
    const name = `sliding-${Math.random().toString(36).slice(2)}`;
    const radios = options.map((option, i) => make("input", {type: "radio", name, checked: i === chosen, "data-lm-suppress-shortcuts": "true", onchange: () => onchoice(i)}));
    const element = make("div", {class: "isnine-row", role: "radiogroup", "aria-label": label, style: "gap:0 1rem"}, make("span", {text: label}),
      ...radios.map((radio, i) => make("label", {style: "display:flex;gap:.4rem;align-items:center;min-height:2.2rem;margin:0;cursor:pointer"}, radio, options[i])));
    return {element, radios};
  }
  const kernel = choice("kernel", kernels.map(([name]) => name), 0, (i) => {
    now.weights = [...kernels[i][1]];
    inputs.forEach((input, k) => { input.value = now.weights[k]; });
    draw();
  });
  // Weights of one's own belong to no name in the list, unless they happen to be those of one.
  const mark = () => kernel.radios.forEach((radio, i) => { radio.checked = kernels[i][1].every((weight, k) => weight === now.weights[k]); });
  const picture = choice("picture", names, 0, (i) => { now.picture = i; draw(); });
  const stride = choice("stride", ["1", "2"], 0, (i) => { now.stride = i + 1; draw(); });
  const padding = choice("padding", ["valid", "same"], 0, (i) => { now.padding = ["valid", "same"][i]; draw(); });

  const words = status();
  const sliders = ["row", "column"].map((label, i) => slider(label, {min: 0, max: 1, step: 1, value: 0,
    onchange: (value) => (i ? move(now.row, value) : move(value, now.column))}));
  // Pointing at the output chooses the place too.
  const point = (event) => {
    const box = drawings[1].getBoundingClientRect(), scale = (width + 2.2) / box.width;
    const [column, row] = [(event.clientX - box.left) * scale - 1.1, (event.clientY - box.top) * scale - 1.1].map(Math.floor);
    if (outputs[row]?.[column] !== undefined) move(row, column);
  };
  drawings[1].addEventListener("pointerdown", point);
  drawings[1].addEventListener("pointermove", (event) => { if (event.buttons) point(event); });

  const signs = make("p", {style: "font-size:.9em"}, "Place in the output: move the sliders, or point at it. Its colours: ", make("b", {text: "■ ", style: "color:var(--isnine-blue)"}), "above 0, ",
    make("b", {text: "■ ", style: "color:var(--isnine-red)"}), "below 0, empty: 0.");
  root.append(kernel.element, picture.element, make("div", {class: "isnine-row", style: "gap:0 2rem"}, stride.element, padding.element),
    make("div", {style: "display:flex;gap:.6rem;margin:.5rem 0 0"}, ...drawings.map((drawing, i) => make("div", {style: "flex:1 1 0;min-width:0"}, heads[i], drawing))),
    signs, ...sliders.map((one) => one.element), table, words);
  draw();
  root.isnine = {move, outputs: () => outputs.map((line) => [...line]), weights: () => [...now.weights]};
});
