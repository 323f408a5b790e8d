// A pad to draw a digit on, and a trained network that answers while the pen moves. Drawings are brought into the form of the
// training pictures first, as the makers of MNIST did: 28×28 pixels, the digit 20 pixels long, its centre of mass in the middle.
isnine.define("drawing_pad", (root, {side, half, layers, examples}) => {
  const {make, status, button, sigmoid} = isnine;
  const GRID = 28, LONG = 20, FINE = 8;
  const PEN = 2.3; // pixels of 28: the median over the training pictures, where a stroke's width is twice its ink over its outline
  const LARGEST = 4; // a dot or a tiny drawing is enlarged four times at most
  const names = "zero one two three four five six seven eight nine".split(" ");
  const act = {linear: (z) => z, relu: (z) => Math.max(z, 0), sigmoid, tanh: Math.tanh};

  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const fromHalf = (h) => (h >> 15 ? -1 : 1) * ((h >> 10) & 31 ? 2 ** (((h >> 10) & 31) - 25) * (1024 + (h & 1023)) : 2 ** -24 * (h & 1023));
  const network = layers.map((layer) => {
    const raw = bytes(layer.numbers).buffer;
    const numbers = half ? Float32Array.from(new Uint16Array(raw), fromHalf) : new Float32Array(raw);
    const count = layer.inputs * layer.units;
    return {...layer, weights: numbers.subarray(0, count), bias: numbers.subarray(count)};
  });

  // The activations of every layer, for pixels from 0 to 1, row by row.
  function forward(pixels) {
    let x = pixels;
    return network.map(({units, weights, bias, activation}) => {
      const z = Float64Array.from(bias);
      x.forEach((value, i) => {
        if (value) for (let j = 0; j < units; j++) z[j] += value * weights[i * units + j];
      });
      return (x = z.map(act[activation]));
    });
  }

  // Strokes are lists of points; the pad is 1 wide. Curves through the middles between points make them smooth.
  function trace(context, strokes, scale, right, down, width) {
    Object.assign(context, {lineWidth: width, lineCap: "round", lineJoin: "round", strokeStyle: "#fff"});
    for (const stroke of strokes) {
      const at = stroke.map(([x, y]) => [x * scale + right, y * scale + down]);
      context.beginPath();
      context.moveTo(...at[0]);
      at.forEach(([x, y], i) => i && context.quadraticCurveTo(...at[i - 1], (at[i - 1][0] + x) / 2, (at[i - 1][1] + y) / 2));
      context.lineTo(at.at(-1)[0] + 0.01, at.at(-1)[1]);
      context.stroke();
    }
  }

  // Grey values of 28×28 pixels: how much of each pixel the pen covers, counted on 8×8 finer ones.
  const fine = make("canvas", {width: GRID * FINE, height: GRID * FINE}).getContext("2d", {willReadFrequently: true});
  function coarse(strokes, scale, right, down) {
    fine.clearRect(0, 0, GRID * FINE, GRID * FINE);
    trace(fine, strokes, scale * FINE, right * FINE, down * FINE, PEN * FINE);
    const {data} = fine.getImageData(0, 0, GRID * FINE, GRID * FINE);
    const grey = new Float32Array(GRID * GRID);
    for (let i = 3; i < data.length; i += 4) {
      grey[Math.floor(i / (4 * GRID * FINE * FINE)) * GRID + (Math.floor(i / (4 * FINE)) % GRID)] += data[i] / (255 * FINE * FINE);
    }
    return grey;
  }

  function normalised(strokes) {
    const [x, y] = [0, 1].map((k) => strokes.flat().map((point) => point[k]));
    const [left, top, right, bottom] = [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)];
    const scale = Math.min((LONG - PEN) / Math.max(right - left, bottom - top), LARGEST * GRID);
    const place = [(GRID - scale * (left + right)) / 2, (GRID - scale * (top + bottom)) / 2];
    let mass = 0, across = 0, down = 0;
    coarse(strokes, scale, ...place).forEach((ink, i) => {
      mass += ink;
      across += ink * ((i % GRID) + 0.5);
      down += ink * (Math.floor(i / GRID) + 0.5);
    });
    return coarse(strokes, scale, place[0] + GRID / 2 - across / mass, place[1] + GRID / 2 - down / mass);
  }

  // From 28×28 to side×side with bilinear interpolation, as the training pictures were enlarged.
  function enlarged(grey) {
    const places = Array.from({length: side}, (_, i) => {
      const place = Math.min(Math.max(((i + 0.5) * GRID) / side - 0.5, 0), GRID - 1), first = Math.min(Math.floor(place), GRID - 2);
      return [first, place - first];
    });
    return Float32Array.from({length: side * side}, (_, i) => {
      const [row, v] = places[Math.floor(i / side)], [column, h] = places[i % side], at = row * GRID + column;
      return (1 - v) * ((1 - h) * grey[at] + h * grey[at + 1]) + v * ((1 - h) * grey[at + GRID] + h * grey[at + GRID + 1]);
    });
  }

  let strokes = [], example = null; // example: {digit, pixels}. Strokes on top of one are taken as they lie.
  function pixels() {
    if (!example) return strokes.length ? enlarged(normalised(strokes)) : new Float32Array(side * side);
    const drawn = enlarged(coarse(strokes, GRID, 0, 0));
    return example.pixels.map((value, i) => Math.max(value, drawn[i]));
  }

  const SIZE = 560;
  const black = "display:block;background:#000;border:1px solid #8888;border-radius:0.4rem;aspect-ratio:1;";
  const picture = (size, label, style) => make("canvas", {width: size, height: size, role: "img", "aria-label": label, style: black + style});
  const pad = picture(SIZE, "", "width:100%;touch-action:none;cursor:crosshair;user-select:none;-webkit-user-select:none");
  const seen = picture(side, `What the network sees: ${side}×${side} pixels`, "width:128px;image-rendering:pixelated");
  const small = picture(side, "", "");
  function paint(canvas, values) {
    const image = new ImageData(side, side);
    values.forEach((value, i) => image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i));
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  // One dot a neuron, at most 64 a layer; the output neuron is the large one.
  let x = 0;
  const neurons = make("svg", {"aria-hidden": "true"});
  const dots = network.map(({units}, layer) => {
    const last = layer === network.length - 1, shown = Math.min(units, 64), wide = Math.ceil(shown / 8), left = x + 8;
    x += last ? 20 : 16 * wide + 20;
    return Array.from({length: shown}, (_, i) => {
      const place = last ? {cx: left + 2, cy: 64, r: 9} : {cx: left + 16 * (i % wide), cy: 8 + 16 * Math.floor(i / wide), r: 6};
      return neurons.appendChild(make("circle", {...place, fill: "var(--isnine-green)", stroke: "currentColor", "stroke-opacity": 0.5}));
    });
  });
  neurons.setAttribute("viewBox", `0 0 ${x} 128`);
  neurons.setAttribute("style", `width:${x}px;max-width:100%`);

  const text = (place, y, words) => make("text", {x: 320 * place, y, "text-anchor": ["start", "middle", "end"][2 * place], text: words});
  const track = (width, fill, opacity) => make("rect", {y: 20, width, height: 18, rx: 3, fill, "fill-opacity": opacity});
  const bar = track(0, "none", 1);
  const scale = make("svg", {viewBox: "0 0 320 56", "aria-hidden": "true", style: "margin-top:0.7rem"}, track(320, "currentColor", 0.12), bar,
    make("line", {x1: 160, x2: 160, y1: 15, y2: 43, stroke: "currentColor", "stroke-width": 2}),
    text(0, 13, "not a nine"), text(1, 13, "a nine"), ...[0, 0.5, 1].map((mark) => text(mark, 55, mark)));
  const answer = status();

  function update() {
    const empty = !example && !strokes.length, context = pad.getContext("2d");
    const values = pixels(), activations = forward(values), value = activations.at(-1)[0], nine = value >= 0.5;
    context.clearRect(0, 0, SIZE, SIZE);
    if (example) {
      paint(small, example.pixels);
      context.drawImage(small, 0, 0, SIZE, SIZE);
    }
    trace(context, strokes, SIZE, 0, 0, (PEN / GRID) * SIZE);
    if (empty) {
      Object.assign(context, {fillStyle: "#bbb", font: "34px sans-serif", textAlign: "center"});
      context.fillText("Draw a digit here", SIZE / 2, SIZE / 2);
    }
    paint(seen, values);
    const colour = `var(--isnine-${nine ? "blue" : "red"})`;
    activations.forEach((layer, k) => {
      const most = k < dots.length - 1 ? Math.max(...layer.map(Math.abs)) || 1 : 1;
      dots[k].forEach((dot, i) => dot.setAttribute("fill-opacity", empty ? 0 : Math.abs(layer[i]) / most));
    });
    dots.at(-1)[0].setAttribute("fill", colour);
    bar.setAttribute("fill", colour);
    bar.setAttribute("width", empty ? 0 : 320 * value);
    const what = example ? `a ${names[example.digit]} from the test part${strokes.length ? " and your strokes" : ""}` : "your drawing";
    pad.setAttribute("aria-label", empty ? "Empty pad to draw on" : "On the pad: " + what);
    answer.textContent = empty ? "Draw a digit here" :
      `${value.toFixed(Math.abs(value - 0.5) < 0.005 ? 4 : 2)}: ${nine ? "a nine" : "not a nine"}` + (example ? ` (shown: ${what})` : "");
    return value;
  }

  const point = ({clientX, clientY}) => {
    const {left, top, width, height} = pad.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height].map((place) => Math.min(Math.max(place, 0), 1));
  };
  let pen = null; // the pointer that is drawing
  const on = (type, act) => pad.addEventListener(type, (event) => { if (event.pointerId === pen) { act(event); update(); } });
  const lift = () => {
    pen = null;
    answer.removeAttribute("aria-busy");
  };
  pad.addEventListener("pointerdown", (event) => {
    if (event.button || pen !== null) return;
    event.preventDefault();
    pen = event.pointerId;
    pad.setPointerCapture(pen);
    answer.setAttribute("aria-busy", "true"); // read aloud when the pen is lifted, not at every move
    strokes.push([point(event)]);
    update();
  });
  on("pointermove", (event) => strokes.at(-1).push(...(event.getCoalescedEvents?.().map(point) ?? []), point(event)));
  on("pointerup", lift);
  on("pointercancel", lift);

  function draw(lines, shown = null) {
    strokes = lines;
    example = shown;
    return update();
  }
  const turns = {};
  function show(kind) {
    const group = examples.filter((shown) => shown.kind === kind), next = (turns[kind] = (turns[kind] ?? 0) + 1);
    const {digit, picture} = group[(next - 1) % group.length];
    return draw([], {digit, pixels: Float32Array.from(bytes(picture), (grey) => grey / 255)});
  }
  const undo = () => (strokes.pop() ? update() : draw([]));

  const wide = (name, act, label = name) => {
    const made = button(name, act);
    made.setAttribute("style", "flex:1 1 auto");
    made.setAttribute("aria-label", label);
    return made;
  };
  const box = (style, ...parts) => make("div", {style}, ...parts);
  const caption = (words) => make("p", {style: "font-size:0.85rem;margin:0.3rem 0 0.2rem", text: words});
  root.append(box("display:flex;flex-wrap:wrap;gap:1rem 1.6rem",
    box("flex:1 1 280px;max-width:330px", pad,
      box("display:flex;gap:0.5rem;margin-top:0.6rem", wide("Clear", () => draw([])), wide("Undo", undo))),
    box("flex:1 1 280px;min-width:0",
      box("display:flex;gap:1.2rem;align-items:flex-start",
        box("flex:none", seen, caption("What the network sees")),
        box("flex:0 1 auto;min-width:0", neurons, caption(network.length > 1 ? "hidden neurons" : "no hidden neurons"))),
      scale, answer, caption("Show me handwriting that it was not trained on:"),
      box("display:flex;gap:0.5rem", ...["a nine", "a four", "another digit"].map((kind) => wide(kind, () => show(kind), "Show me " + kind))))));
  update();
  root.isnine = {predict: (values) => forward(values).at(-1)[0], pixels, show, draw};
});
