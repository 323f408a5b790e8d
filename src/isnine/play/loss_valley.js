// Gradient descent as a ball on the curve of a loss over one weight; below it, the loss after each step.
isnine.define("loss_valley", (root, {low, high, values, slopes, valleys, start, rate, largest}) => {
  const {make, slider, status, button} = isnine;
  const [left, right, top, floor, roof, ground] = [40, 332, 10, 206, 262, 312]; // the curve from top to floor, the chart from roof to ground
  const [least, most, gap, firstRate] = [Math.min(0, ...values), Math.max(...values), (high - low) / (values.length - 1), rate];
  const places = (width) => Math.max(2, 1 - Math.floor(Math.log10(width))); // digits behind the point that a hundredth of a width needs
  const digits = places(high - low);
  const fixed = (value, after = digits) => (Math.abs(value) < 0.5 * 10 ** -after ? 0 : value).toFixed(after).replace("-", "−");
  const x = (weight) => left + ((weight - low) / (high - low)) * (right - left);
  const y = (loss, from = top, to = floor) => to - ((Math.min(loss, most) - least) / (most - least)) * (to - from);
  const inside = (weight) => weight >= low && weight <= high;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  // [loss, slope] at a weight: the cubic between two places of the grid that has their values and slopes.
  function at(weight) {
    const i = Math.min(values.length - 2, Math.max(0, Math.floor((weight - low) / gap)));
    const t = (weight - low) / gap - i, [a, b, p, q] = [values[i], values[i + 1], slopes[i] * gap, slopes[i + 1] * gap];
    const [c, d] = [3 * (b - a) - 2 * p - q, 2 * (a - b) + p + q];
    return [a + t * (p + t * (c + t * d)), (p + t * (2 * c + t * 3 * d)) / gap];
  }

  // What stands still: axes, words and the curve.
  const set = (element, attributes) => Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  const word = (px, py, text, anchor = "middle") => make("text", {x: px, y: py, text, "text-anchor": anchor});
  const round = (width, parts) => { // a round number that fits into width at most so many times
    const power = 10 ** Math.floor(Math.log10(width / parts));
    return [1, 2, 5, 10].map((m) => m * power).find((size) => width / size <= parts);
  };
  const ticks = (from, to, parts) => {
    const size = round(to - from, parts), first = Math.ceil(from / size - 1e-9);
    return [...Array(Math.floor(to / size + 1e-9) - first + 1).keys()].map((i) => +((first + i) * size).toFixed(6));
  };
  const [across, up] = [ticks(low, high, 8), ticks(least, most, 4)], name = (tick) => String(tick).replace("-", "−");
  const line = {fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round"};
  const axes = make("path", {...line, stroke: "currentColor", opacity: 0.5, d: `M${left},${top}V${floor}H${right}M${left},${roof}V${ground}H${right}`
    + across.map((w) => `M${x(w)},${floor}v4`).join("") + up.map((l) => `M${left},${y(l)}h-4`).join("")});
  const curve = make("polyline", {...line, stroke: "currentColor", "stroke-width": 2, points: values.map((loss, i) => `${x(low + i * gap).toFixed(1)},${y(loss).toFixed(1)}`).join(" ")});
  const words = make("g", {}, ...across.map((w) => word(x(w), floor + 17, name(w))), ...up.map((l) => word(left - 7, y(l) + 4.5, name(l), "end")),
    word(left + 8, top + 6, "loss", "start"), word((left + right) / 2, floor + 34, "weight"), word(right, roof + 4, "loss after each step", "end"),
    word(left - 7, ground + 4.5, "0", "end"), word(left, ground + 17, "0"), word((left + right) / 2, ground + 30, "step"));

  // What moves.
  const blue = "fill: var(--isnine-blue); stroke: var(--isnine-blue)", trace = {...line, style: "stroke: var(--isnine-blue)", "stroke-width": 1.6};
  const [path, chart, dots, points] = [make("polyline", trace), make("polyline", trace), make("g", {style: blue}), make("g", {style: blue})];
  const thick = {style: "stroke: var(--isnine-green)", "stroke-width": 4, "stroke-linecap": "round"}, tangent = make("line", thick);
  const ball = make("circle", {r: 7.5, style: "fill: var(--isnine-red)", stroke: "#fff", "stroke-width": 1.2}), end = word(right, ground + 17, "20");
  const picture = make("svg", {viewBox: "0 0 340 346", "aria-hidden": "true", style: "touch-action: pan-y"}, axes, words, end, curve, path, dots, tangent, ball, chart, points);

  let trail, timer; // trail: the weights so far, the last of which may lie outside
  const now = () => trail[trail.length - 1];
  function draw() {
    const weight = now(), losses = trail.map((w) => (inside(w) ? at(w)[0] : Infinity));
    const spots = trail.map((w, i) => (inside(w) ? [x(w), y(losses[i])] : [w > high ? right + 3 : left - 3, top - 3])), [cx, cy] = spots[spots.length - 1];
    set(path, {points: spots.join(" ")});
    dots.replaceChildren(...spots.slice(0, -1).map(([cx, cy]) => make("circle", {cx, cy, r: 2.8})));
    set(ball, {cx, cy});
    // The tangent has the same length everywhere, in the direction that the slope has in this picture.
    const steep = (-at(weight)[1] * (floor - top) * (high - low)) / ((most - least) * (right - left)), dx = 30 / Math.hypot(1, steep);
    set(tangent, {visibility: inside(weight) ? "visible" : "hidden", x1: cx - dx, y1: cy - dx * steep, x2: cx + dx, y2: cy + dx * steep});
    const length = Math.max(20, trail.length - 1), marks = losses.map((loss, i) => [left + (i / length) * (right - left), y(loss, roof, ground)]);
    set(chart, {points: marks.join(" ")});
    points.replaceChildren(...marks.map(([cx, cy]) => make("circle", {cx, cy, r: 2})));
    end.textContent = length;
  }
  function tell() {
    const weight = now(), step = trail.length - 1, [loss, slope] = at(weight);
    if (!inside(weight)) {
      told.textContent = `Step ${step}: the ball jumps out of the valley, to a weight ${weight > high ? "above" : "below"} ${fixed(weight > high ? high : low)}. `
        + `The learning rate ${fixed(rate, places(largest))} is too large here. Press Reset, or move a slider.`;
      return;
    }
    const still = (0.002 * (most - least)) / (high - low), valley = valleys.find((w) => Math.abs(w - weight) < 4 * gap);
    let remark = "";
    if (valley !== undefined && Math.abs(slope) < still) {
      const which = valleys.length < 2 ? "" : valleys.every((w) => at(w)[0] >= at(valley)[0]) ? "deeper " : "shallower ";
      remark = ` The ball rests at the bottom of the ${which}valley.`;
    } else if (step && at(trail[step - 1])[1] * slope < 0) remark = " The last step went past a bottom, up the other side.";
    told.textContent = `Step ${step}: weight ${fixed(weight)}, slope ${fixed(slope)}, loss ${fixed(loss, digits + 1)}.${remark}`;
  }
  const forward = () => inside(now()) && trail.push(now() - rate * at(now())[1]);
  function steps(count) { // all at once
    clearTimeout(timer);
    while (count-- > 0 && forward());
    draw();
    tell();
  }
  function play(count) { // one after the other, for people who like to see things move
    if (calm.matches || count < 2) return steps(count);
    clearTimeout(timer);
    if (!forward()) return tell();
    draw();
    timer = setTimeout(() => play(count - 1), 90);
  }
  function begin(weight) {
    trail = [weight];
    steps(0);
  }

  const told = status();
  told.style.minHeight = "3em"; // so that the page below stays where it is
  const rates = slider("learning rate", {min: largest / 100, max: largest, step: largest / 100, value: rate, format: (value) => fixed(value, places(largest)), onchange: (value) => {
    rate = value;
    if (!inside(now())) begin(trail[0]);
  }});
  const starts = slider("start", {min: low, max: high, step: round(high - low, 60), value: start, format: (value) => fixed(value), onchange: begin});
  for (const {element} of [rates, starts]) element.style.gridTemplateColumns = "6.2rem 1fr 3.2rem";
  const drag = ({buttons, clientX, clientY}) => {
    const box = picture.getBoundingClientRect(), [px, py] = [clientX - box.left, clientY - box.top].map((p) => (p / box.width) * 340);
    if (buttons && py < floor) starts.set(Math.min(high, Math.max(low, low + ((px - left) / (right - left)) * (high - low))));
  };
  for (const kind of ["pointerdown", "pointermove"]) picture.addEventListener(kind, drag);
  const buttons = make("div", {class: "isnine-row", style: "margin: 0.4rem 0; gap: 0.6rem"}, button("One step", () => play(1)), button("20 steps", () => play(20)),
    button("Reset", () => {
      rates.set(firstRate);
      starts.set(start);
      rate = firstRate; // also when the sliders have no stop at exactly these values
      begin(start);
    }));
  const sign = (text, drawn) => make("span", {style: "display: inline-flex; gap: 0.4rem; align-items: center"},
    make("svg", {viewBox: "-11 -11 22 22", style: "width: 1.3rem; flex: none", "aria-hidden": "true"}, drawn), text);
  const legend = make("div", {class: "isnine-row", style: "margin: 0.5rem 0; gap: 0.2rem 1.1rem"}, sign("the weight now", make("circle", {r: 7, style: "fill: var(--isnine-red)"})),
    sign("slope", make("line", {x1: -9, y1: 5, x2: 9, y2: -5, ...thick})), sign("earlier steps", make("circle", {r: 3.5, style: blue})));
  const column = (basis, ...parts) => make("div", {style: `flex: 1 1 ${basis}; min-width: 0; max-width: 26rem`}, ...parts);
  root.append(make("div", {class: "isnine-row", style: "gap: 0.6rem 1.5rem"}, column("19rem", picture), column("15rem", rates.element, starts.element, buttons, legend)), told);
  begin(start);
  root.isnine = {steps, play, begin, at, rate: rates.set, weights: () => [...trail]};
});
