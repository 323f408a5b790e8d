// What a trained network makes of a picture, layer by layer: convolution and activation, average pooling, batch normalisation,
// Dense layers, softmax. forward(pixels) takes any picture of the right size, so a drawing could be shown as well.
isnine.define("feature_maps", (root, {side, convolution, pooling, scale, shift, dense, names, examples}) => {
  const {make, slider, status} = isnine;
  const act = {linear: (z) => z, relu: (z) => Math.max(z, 0)};
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const unpacked = ({numbers, steps}) => Float32Array.from(new Int8Array(bytes(numbers).buffer), (n, i) => n * steps[i % steps.length]);
  const kernel = unpacked(convolution), matrices = dense.map(unpacked), {filters} = convolution;

  // Calls visit(place in the output, place in the input, place in the window) for each pixel under each window.
  function slide({window, strides, before, output}, [height, width], visit) {
    for (let y = 0; y < output[0]; y++) for (let x = 0; x < output[1]; x++) for (let v = 0; v < window[0]; v++) for (let h = 0; h < window[1]; h++) {
      const row = y * strides[0] - before[0] + v, column = x * strides[1] - before[1] + h;
      if (row >= 0 && row < height && column >= 0 && column < width) visit(y * output[1] + x, row * width + column, v * window[1] + h);
    }
  }

  const topOf = (pixels) => (pixels instanceof Uint8Array || pixels instanceof Uint8ClampedArray ? 255 : 1);
  // Pixels: red, green, blue, row by row; bytes from 0 to 255 or numbers from 0 to 1. Gives what each layer computes.
  function forward(pixels) {
    const top = topOf(pixels), input = Float64Array.from(pixels, (value) => value / top);
    const size = convolution.output[0] * convolution.output[1], small = pooling.output[0] * pooling.output[1];
    const maps = new Float64Array(size * filters).map((_, i) => convolution.bias[i % filters]);
    slide(convolution, side, (to, from, at) => {
      for (let c = 0; c < 3; c++) {
        const value = input[3 * from + c], k = (3 * at + c) * filters;
        for (let f = 0; f < filters; f++) maps[to * filters + f] += value * kernel[k + f];
      }
    });
    maps.forEach((z, i) => (maps[i] = act[convolution.activation](z)));
    const pooled = new Float64Array(small * filters), inside = new Float64Array(small);
    slide(pooling, convolution.output, (to, from) => {
      inside[to] += 1;
      for (let f = 0; f < filters; f++) pooled[to * filters + f] += maps[from * filters + f];
    });
    pooled.forEach((sum, i) => (pooled[i] = sum / inside[Math.floor(i / filters)]));
    let x = pooled.map((value, i) => value * scale[i % filters] + shift[i % filters]);
    dense.forEach(({units, bias, activation}, layer) => {
      const z = Float64Array.from(bias), weights = matrices[layer];
      x.forEach((value, i) => {
        if (value) for (let j = 0; j < units; j++) z[j] += value * weights[i * units + j];
      });
      if (activation === "softmax") {
        const most = Math.max(...z), powers = z.map((value) => Math.exp(value - most)), sum = powers.reduce((a, b) => a + b);
        x = powers.map((value) => value / sum);
      } else x = z.map(act[activation]);
    });
    return {maps, pooled, confidences: x};
  }

  const BLUE = [0, 114, 178], RED = [213, 94, 0], FRAME = "border:1px solid #8888;border-radius:0.2rem;";
  const canvas = ([height, width], style, attributes = {}) => make("canvas", {height, width, ...attributes,
    style: `display:block;image-rendering:pixelated;${FRAME}${style}`});
  function paint(on, colour) { // colour(i) gives red, green, blue and opacity of the pixel i
    const image = new ImageData(on.width, on.height);
    for (let i = 0; i < on.width * on.height; i++) image.data.set(colour(i), 4 * i);
    on.getContext("2d").putImageData(image, 0, 0);
  }
  const paintPicture = (on, pixels) => paint(on, (i) => [pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2], 255]);
  const paintMap = (on, values, f, most) => paint(on, (i) => {
    const value = values[i * filters + f];
    return [...(value < 0 ? RED : BLUE), (255 * Math.abs(value)) / most];
  });
  const named = (element, label) => element.setAttribute("aria-label", label);
  const box = (style, ...parts) => make("div", {style}, ...parts);
  const caption = (text) => make("p", {style: "font-size:0.85rem;margin:0 0 0.3rem", text});
  const part = (title, content, style = "") => box(style, caption(title), content);
  const times = ([height, width]) => `${height}×${width}`;

  // Two walls of tiles, one tile a feature map, and the chosen map larger.
  const stages = [["After convolution and activation", "maps", convolution.output], ["After average pooling", "pooled", pooling.output]].map(([title, what, size]) => ({
    title, what, size, large: canvas(size, "width:92px", {role: "img"}), tiles: Array.from({length: filters}, () => canvas(size, "width:100%")),
  }));
  const wall = ({title, size, tiles}) => part(`${title}: ${filters} maps of ${times(size)}`,
    make("div", {role: "img", "aria-label": `${title}: ${filters} feature maps, a darker blue for a larger value`,
      style: `display:grid;grid-template-columns:repeat(${Math.min(filters, 8)},1fr);gap:4px`}, ...tiles), "flex:1 1 280px;min-width:0");
  const input = canvas(side, "width:128px", {role: "img"});
  const kernelShown = canvas(convolution.window, "width:92px", {role: "img"});

  const LINE = 24, LEFT = 74, WIDE = 196;
  const bars = names.map((name, i) => ({
    bar: make("rect", {x: LEFT, y: i * LINE + 3, height: LINE - 8, rx: 3}),
    value: make("text", {x: 320, y: i * LINE + 16, "text-anchor": "end"}),
    label: make("text", {x: LEFT - 6, y: i * LINE + 16, "text-anchor": "end", text: name}),
  }));
  const confidences = make("svg", {viewBox: `0 0 320 ${LINE * names.length}`, role: "img", style: "max-width:340px"}, ...bars.flatMap(({bar, value, label}, i) => [
    make("rect", {x: LEFT, y: i * LINE + 3, width: WIDE, height: LINE - 8, rx: 3, fill: "currentColor", "fill-opacity": 0.08}), bar, value, label]));
  const told = status();
  let seen = null, map = 0;

  function showMap() {
    stages.forEach(({title, what, size, large, tiles}) => {
      const values = seen[what], most = Math.max(...values.map(Math.abs)) || 1;
      tiles.forEach((tile, f) => {
        paintMap(tile, values, f, most);
        tile.style.outline = f === map ? "3px solid var(--isnine-red)" : "none";
      });
      paintMap(large, values, map, most);
      const largest = Math.max(...values.filter((_, i) => i % filters === map));
      named(large, `${title}: feature map ${map + 1}, ${times(size)}, largest value ${largest.toFixed(2)}`);
    });
    const weights = kernel.filter((_, i) => i % filters === map), strongest = Math.max(...weights.map(Math.abs)) || 1;
    paintPicture(kernelShown, weights.map((weight) => 127.5 * (1 + weight / strongest)));
    named(kernelShown, `Kernel ${map + 1} of ${filters}, ${times(convolution.window)} pixels in colour; grey stands for a weight of 0`);
  }

  // Any picture can be shown; where the truth is known, the answer is compared with it.
  function show(pixels, truth = null) {
    seen = forward(pixels);
    const top = topOf(pixels), values = [...seen.confidences], answer = values.indexOf(Math.max(...values)), good = truth === null || truth === answer;
    paintPicture(input, Array.from(pixels, (value) => (255 * value) / top));
    named(input, truth === null ? "The picture" : `The picture, in truth ${names[truth]}`);
    bars.forEach(({bar, value, label}, i) => {
      bar.setAttribute("width", WIDE * values[i]);
      bar.setAttribute("fill", `var(--isnine-${i === answer && !good ? "red" : "blue"})`);
      value.textContent = values[i].toFixed(2);
      [value, label].forEach((text) => text.setAttribute("font-weight", i === answer ? "bold" : "normal"));
    });
    named(confidences, "Confidences: " + names.map((name, i) => `${name} ${values[i].toFixed(2)}`).join(", "));
    told.textContent = `The answer is ${names[answer]}, with confidence ${values[answer].toFixed(2)}` +
      (truth === null ? "." : good ? ". It is right." : `. It is wrong: this is ${names[truth]}.`);
    showMap();
  }

  const known = examples.map((example) => ({...example, pixels: bytes(example.picture)}));
  const buttons = known.map(({class: truth, pixels}, i) => {
    const thumb = canvas(side, "width:40px;height:40px;border:0", {"aria-hidden": "true"});
    paintPicture(thumb, pixels);
    const number = known.slice(0, i + 1).filter((other) => other.class === truth).length;
    return make("button", {type: "button", onclick: () => choose(i), style: "padding:2px;line-height:0",
      "aria-label": `Show ${names[truth]}` + (number > 1 ? `, picture ${number}` : "")}, thumb);
  });
  function choose(i) {
    buttons.forEach((button, j) => {
      button.setAttribute("aria-pressed", i === j);
      button.style.boxShadow = i === j ? "0 0 0 3px var(--isnine-red)" : "none";
    });
    show(known[i].pixels, known[i].class);
  }
  const pick = slider("Feature map", {min: 1, max: filters, step: 1, value: 1, onchange(now) { map = now - 1; showMap(); }});
  root.append(
    caption("Choose a picture that the network was not trained on:"),
    box("display:flex;flex-wrap:wrap;gap:8px;margin-bottom:0.8rem", ...buttons),
    box("display:flex;flex-wrap:wrap;gap:0.6rem 1.4rem;align-items:flex-start",
      part(`The input: ${times(side)}×3`, input, "flex:none"), part(`${names.length} confidences`, confidences, "flex:1 1 260px;min-width:0")),
    told,
    box("display:flex;flex-wrap:wrap;gap:0.8rem 1.4rem;align-items:flex-start", ...stages.map(wall)),
    pick.element,
    box("display:flex;flex-wrap:wrap;gap:0.6rem 1.2rem", part("its kernel", kernelShown), ...stages.map(({large}, i) => part(["its map", "after pooling"][i], large))));
  choose(0);
  root.isnine = {forward, show, choose};
});
