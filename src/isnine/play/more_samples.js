// Left: accuracy and nines found for each number of samples; a dot is one draw, the line their mean. Right: new pictures, each
// with the most similar remembered one, from which the answer follows.
isnine.define("more_samples", (root, {numbers, pictures, nines, right, found, wrongly, side, pixels, digits, nearest}) => {
  const {make, slider, status, button} = isnine;
  const draws = right.length;
  const last = numbers.length - 1;
  const whole = (number) => number.toLocaleString("en");
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const accuracies = right.map((row) => row.map((count) => count / pictures));
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  let step = Math.floor(last / 2), draw = 0;

  // ---- The two curves, one above the other, over the same logarithmic axis
  const [low, high] = [Math.log10(numbers[0]), Math.log10(numbers[last])];
  const x = (i) => 40 + (292 * (Math.log10(numbers[i]) - low)) / (high - low);
  const svg = make("svg", {viewBox: "0 0 350 342", "aria-hidden": "true", style: "cursor:ew-resize;touch-action:pan-y"});
  const text = (px, py, words, anchor = "start", weight = 400) => make("text", {x: px, y: py, text: words, "text-anchor": anchor, "font-weight": weight});
  const least = Math.floor(Math.min(...accuracies.flat()) * 10 - 1e-9) / 10;
  const middle = (least + 1) / 2;
  const panels = [
    {title: "accuracy", values: accuracies, from: least, to: 1, ticks: [least, middle, 1], format: (v) => v.toFixed(Number.isInteger(10 * middle) ? 1 : 2), top: 28, colour: "var(--isnine-blue)"},
    {title: `nines found, of ${nines}`, values: found, from: 0, to: nines, ticks: [0, nines / 2, nines], format: String, top: 186, colour: "var(--isnine-green)"},
  ];
  for (const panel of panels) {
    const y = (value) => panel.top + 112 * (1 - (value - panel.from) / (panel.to - panel.from));
    const cut = make("line", {y1: panel.top - 4, y2: panel.top + 116, stroke: "currentColor", "stroke-width": 1.5});
    svg.append(cut);
    panel.ticks.forEach((tick) => svg.append(make("line", {x1: 40, x2: 332, y1: y(tick), y2: y(tick), stroke: "currentColor", "stroke-opacity": 0.25}), text(33, y(tick) + 4.5, panel.format(tick), "end")));
    panel.values.forEach((row) => row.forEach((value, i) => svg.append(make("circle", {cx: x(i), cy: y(value), r: 3, fill: panel.colour, "fill-opacity": 0.3}))));
    const means = numbers.map((_, i) => mean(panel.values.map((row) => row[i])));
    svg.append(make("path", {d: means.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`).join(""), fill: "none", stroke: panel.colour, "stroke-width": 2.5}));
    svg.append(text(40, panel.top - 14, panel.title, "start", 600));
    panel.ring = make("circle", {r: 6.5, fill: "none", stroke: "currentColor", "stroke-width": 2.5});
    panel.move = () => {
      panel.ring.setAttribute("cx", x(step));
      panel.ring.setAttribute("cy", y(panel.values[draw][step]));
      cut.setAttribute("x1", x(step));
      cut.setAttribute("x2", x(step));
    };
    svg.append(panel.ring);
  }
  numbers.forEach((number, i) => svg.append(text(x(i), 319, whole(number), "middle")));
  svg.append(text(186, 338, "samples remembered", "middle"));

  // ---- The pairs of pictures
  const tile = () => make("canvas", {width: side, height: side, role: "img", style: "width:100%;min-width:0;aspect-ratio:1;image-rendering:pixelated;border:1px solid #8888;border-radius:.2rem;display:block"});
  function paint(canvas, index, words) {
    const image = canvas.getContext("2d").createImageData(side, side);
    bytes.subarray(index * side * side, (index + 1) * side * side).forEach((grey, i) => image.data.set([grey, grey, grey, 255], 4 * i));
    canvas.getContext("2d").putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", `${words}, a handwritten ${digits[index]}`);
  }
  const pairs = nearest[0][0].map((_, place) => {
    const [fresh, similar, answer] = [tile(), tile(), make("div", {style: "grid-column:1/-1;line-height:1.3"})];
    paint(fresh, place, "new picture");
    const arrow = make("span", {text: "→", "aria-hidden": "true", style: "text-align:center"});
    return {similar, answer, element: make("div", {style: "display:grid;grid-template-columns:1fr 1.1rem 1fr;gap:.25rem .1rem;align-items:center"}, fresh, arrow, similar, answer)};
  });
  const answers = () => pairs.map((_, place) => {
    const index = nearest[draw][step][place];
    return {index, digit: digits[index], nine: digits[index] === 9, right: (digits[index] === 9) === (digits[place] === 9)};
  });

  // ---- What the controls change
  const told = status();
  const control = slider("samples", {min: 0, max: last, step: 1, value: step, format: (i) => whole(numbers[i]), onchange(i) { step = i; update(); }});
  function update() {
    panels.forEach((panel) => panel.move());
    answers().forEach((given, place) => {
      const {similar, answer} = pairs[place];
      paint(similar, given.index, "most similar remembered picture");
      answer.replaceChildren(given.nine ? "a nine" : "not a nine", make("br"), make("b", {text: given.right ? "✓ right" : "✗ wrong"}));
    });
    const column = accuracies.map((row) => row[step]);
    const range = [Math.min(...column), Math.max(...column)].map((value) => value.toFixed(2));
    told.textContent = `${whole(numbers[step])} samples, draw ${draw + 1}: accuracy ${accuracies[draw][step].toFixed(2)}, `
      + `${found[draw][step]} of ${nines} nines found, ${wrongly[draw][step]} of ${whole(pictures - nines)} others called nines. `
      + (range[0] === range[1] ? `All ${draws} draws have this accuracy.` : `The ${draws} draws go from ${range[0]} to ${range[1]}.`);
  }
  const another = button("Another draw", () => { draw = (draw + 1) % nearest.length; update(); });

  // A click on the curves, or a drag, chooses the nearest number of samples.
  isnine.pointing(svg, 350, (place) => control.set(isnine.nearest(numbers.map((_, i) => x(i)), place)));

  root.append(
    control.element,
    make("div", {class: "isnine-row", style: "margin:.2rem 0 .8rem"}, another),
    make("div", {style: "display:flex;flex-wrap:wrap;gap:1rem 1.6rem;align-items:flex-start;margin:.5rem 0 .3rem"},
      make("div", {style: "flex:1.35 1 17.5rem;min-width:0"}, svg),
      make("div", {style: "flex:1 1 15rem;min-width:0"},
        make("p", {text: "new picture → most similar one", style: "margin:.1rem 0 .5rem;font-weight:600;font-size:.92em"}),
        make("div", {style: "display:grid;grid-template-columns:1fr 1fr;gap:.5rem 1.2rem"}, ...pairs.map(({element}) => element)))),
    told,
  );
  update();
  root.isnine = {set: control.set, another: () => another.click(), answers, numbers};
});
