// Part one: a map and what pooling makes of it. Part two: dots on a line, before and after batch normalisation.
isnine.define("before_and_after", (root, {map, values, movingMean, movingVariance, epsilon, largest}) => {
  const {make, slider, status} = isnine;
  const group = `before-${Math.random().toString(36).slice(2)}`;
  const two = (x) => (Math.abs(x) < 0.005 ? 0 : x).toFixed(2).replace("-", "−");
  const height = map.length, width = map[0].length;

  // A choice between words, as radio buttons.
  let groups = 0;
  function choice(label, words, onchange) {
    const name = `${group}-${groups++}`;
    const radios = words.map((_, i) => make("input", {type: "radio", name, checked: i === 0, "data-lm-suppress-shortcuts": "true",
      style: "accent-color:var(--isnine-blue)", onchange: () => onchange(i)}));
    return make("div", {role: "radiogroup", "aria-label": label, class: "isnine-row", style: "gap:0 1.4rem"},
      ...radios.map((radio, i) => make("label", {style: "display:flex;gap:.5rem;align-items:center;min-height:2.6rem;margin:0;cursor:pointer"}, radio, words[i])));
  }

  // ---- Pooling
  const kinds = ["average", "maximum"];
  let kind = 0, size = 2;
  function pool(kindNow, sizeNow) {
    const rows = Math.floor(height / sizeNow), columns = Math.floor(width / sizeNow);
    return Array.from({length: rows}, (_, row) => Array.from({length: columns}, (_, column) => {
      let sum = 0, most = -Infinity;
      for (let i = 0; i < sizeNow; i++) for (let j = 0; j < sizeNow; j++) {
        const value = map[row * sizeNow + i][column * sizeNow + j];
        sum += value;
        most = Math.max(most, value);
      }
      return kindNow ? most : sum / sizeNow ** 2;
    }));
  }
  const all = map.flat(), low = Math.min(...all), high = Math.max(...all);
  function draw(canvas, table, side) {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    table.forEach((line, row) => line.forEach((value, column) => {
      const grey = Math.round((255 * (value - low)) / (high - low || 1));
      context.fillStyle = `rgb(${grey},${grey},${grey})`;
      context.fillRect(column * side, row * side, side, side);
    }));
  }
  const canvas = (label) => make("canvas", {width, height, role: "img", "aria-label": label,
    style: "width:100%;max-width:15rem;image-rendering:pixelated;display:block;outline:1px solid #8888"});
  const before = canvas("feature map before pooling"), after = canvas("feature map after pooling");
  const caption = make("p"), told = status();
  const side = (words, drawing) => make("div", {style: "flex:1 1 8rem;max-width:15rem;min-width:0"}, words, drawing);
  function showPool() {
    const pooled = pool(kind, size), flat = pooled.flat();
    draw(after, pooled, size);
    caption.textContent = `after: ${pooled.length}×${pooled[0].length}`;
    const left = height % size || width % size ? " The windows do not reach the last rows or columns." : "";
    told.textContent = `${kind ? "Max" : "Average"} pooling with a window of ${size}×${size}: ${height}×${width} numbers become `
      + `${pooled.length}×${pooled[0].length}, from ${two(Math.min(...flat))} to ${two(Math.max(...flat))}.${left}`;
  }
  const windows = slider("window", {min: 1, max: largest[0], step: 1, value: size, onchange(now) { size = now; showPool(); }});

  // ---- Batch normalisation
  let training = true, count = 8, turn = 0, gamma = 1, beta = 0;
  // The marked picture, then others: each turn takes the next ones, and after the last comes the first again.
  const batch = () => [values[0], ...Array.from({length: count - 1}, (_, i) => values[1 + ((turn * (largest[1] - 1) + i) % (values.length - 1))])];
  function normalise() {
    const now = batch();
    let mean = movingMean, variance = movingVariance;
    if (training) {
      mean = now.reduce((sum, value) => sum + value, 0) / count;
      variance = now.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    }
    return {before: now, mean, variance, after: now.map((value) => (gamma * (value - mean)) / Math.sqrt(variance + epsilon) + beta)};
  }
  const svg = make("svg", {viewBox: "0 0 360 176", "aria-hidden": "true", style: "max-width:32rem"});
  const lowest = Math.min(...values), highest = Math.max(...values);
  const lines = [
    {y: 58, name: "before", from: lowest, to: highest},
    {y: 138, name: "after", from: -6, to: 6},
  ].map((line) => ({...line, x: (value) => 12 + (336 * (value - line.from)) / (line.to - line.from)}));
  function axis(line, ticks) {
    svg.append(make("line", {x1: 12, x2: 348, y1: line.y + 14, y2: line.y + 14, stroke: "currentColor", "stroke-opacity": 0.6}));
    for (const tick of ticks) svg.append(
      make("line", {x1: line.x(tick), x2: line.x(tick), y1: line.y + 11, y2: line.y + 17, stroke: "currentColor"}),
      make("text", {x: line.x(tick), y: line.y + 30, "text-anchor": "middle", text: Math.abs(tick) < 10 && !Number.isInteger(tick) ? two(tick) : String(tick).replace("-", "−")}));
    svg.append(make("text", {x: 12, y: line.y - 22, text: line.name}));
  }
  axis(lines[0], [lowest, (lowest + highest) / 2, highest]);
  axis(lines[1], [-6, -4, -2, 0, 2, 4, 6]);
  const layers = lines.map((line) => ({...line, group: svg.appendChild(make("g"))}));
  const heard = status();
  heard.style.minHeight = "6em"; // room for the longest sentence, so that nothing moves under the finger
  function showBatch() {
    const now = normalise();
    layers.forEach((line, which) => {
      const dots = which ? now.after : now.before;
      const meanAt = which ? beta : now.mean; // the mean that is subtracted becomes beta
      const inside = (value) => line.x(Math.min(line.to, Math.max(line.from, value)));
      line.group.replaceChildren(
        make("line", {x1: inside(meanAt), x2: inside(meanAt), y1: line.y - 14, y2: line.y + 14, stroke: "var(--isnine-green)", "stroke-width": 2, "stroke-dasharray": "4 3"}),
        ...dots.slice(1).map((value) => make("circle", {cx: inside(value), cy: line.y, r: 5, fill: "var(--isnine-blue)", "fill-opacity": 0.7, stroke: "currentColor", "stroke-width": 0.8})),
        make("rect", {x: -6, y: -6, width: 12, height: 12, fill: "var(--isnine-red)", transform: `translate(${inside(dots[0])} ${line.y}) rotate(45)`}));
    });
    const whose = training ? "of this batch" : "kept by the moving averages";
    heard.textContent = `${training ? "Training" : "Inference"}, ${count} ${count === 1 ? "picture" : "pictures"}: mean ${two(now.mean)} and variance `
      + `${now.variance.toFixed(3)} ${whose}. The marked picture goes from ${two(now.before[0])} to ${two(now.after[0])}.`;
  }
  const number = slider("pictures in the batch", {min: 1, max: largest[1], step: 1, value: count, onchange(now) { count = now; showBatch(); }});
  const gammas = slider("gamma", {min: 0, max: 3, step: 0.1, value: gamma, format: two, onchange(now) { gamma = now; showBatch(); }});
  const betas = slider("beta", {min: -3, max: 3, step: 0.1, value: beta, format: two, onchange(now) { beta = now; showBatch(); }});
  const mode = choice("mode", ["training", "inference"], (i) => { training = i === 0; showBatch(); });
  const key = (shape, words) => make("span", {style: "display:inline-flex;gap:.4rem;align-items:center"}, shape, words);
  const mark = (style) => make("span", {style: `display:inline-block;width:.7rem;height:.7rem;${style}`});
  const legend = make("div", {class: "isnine-row", "aria-hidden": "true", style: "font-size:.92em"},
    key(mark("background:var(--isnine-red);transform:rotate(45deg)"), "the marked picture"),
    key(mark("background:var(--isnine-blue);border-radius:50%;box-shadow:0 0 0 1px currentColor"), "the others"),
    key(mark("width:0;border-left:2px dashed var(--isnine-green);height:1rem"), "the mean that is subtracted"));

  const title = (text, style = "") => make("p", {style: `font-weight:600;${style}`, text});
  root.append(
    title("Pooling"),
    choice("kind of pooling", kinds, (i) => { kind = i; showPool(); }), windows.element,
    make("div", {style: "display:flex;gap:1rem"},
      side(make("p", {text: `before: ${height}×${width}`}), before), side(caption, after)),
    told,
    title("Batch normalisation", "border-top:1px solid #8886;margin-top:1rem;padding-top:.8rem"),
    mode, number.element,
    make("div", {class: "isnine-row"}, isnine.button("other pictures", () => { turn += 1; showBatch(); })),
    gammas.element, betas.element, svg, legend, heard,
  );
  draw(before, map, 1);
  showPool();
  showBatch();
  root.isnine = {pool: () => pool(kind, size), normalise, batch};
});
