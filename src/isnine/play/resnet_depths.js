// Five columns of blocks, and a table for the network that is chosen. All numbers come from Python.
isnine.define("resnet_depths", (root, {networks, sizes, start, size, convention}) => {
  const {make, slider, status} = isnine;
  const say = (number) => number.toLocaleString("en");
  const millions = (number) => (number / 1e6).toLocaleString("en", {minimumFractionDigits: 1, maximumFractionDigits: 1});
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const colours = ["#888", "var(--isnine-blue)", "#e69f00", "var(--isnine-green)", "var(--isnine-red)", "#888"];
  const parts = ["first convolution", "stage 1", "stage 2", "stage 3", "stage 4", "dense layer"];
  const name = `depths-${Math.random().toString(36).slice(2)}`;
  let chosen = networks.findIndex((network) => network.depth === start);

  // ---- The columns: a row is a block, a piece of it a convolution
  const [across, rise, tall, gap, piece] = [70, 5.4, 4, 11, 10];
  const svg = make("svg", {viewBox: "0 0 350 376", "aria-hidden": "true", style: "max-width:27rem"});
  const columns = networks.map(({depth, pieces, blocks}, i) => {
    const left = i * across + 8;
    const frame = make("rect", {x: i * across + 1, y: 1, width: across - 3, height: 374, rx: 5, fill: "#8882", stroke: "currentColor"});
    const drawing = make("g");
    drawing.append(make("text", {x: left, y: 20, text: depth, "font-weight": 700, style: "font-size:15px"}));
    const bar = (y, colour) => make("rect", {x: left, y, width: 32, height: tall, style: `fill:${colour}`});
    let y = 32;
    drawing.append(bar(y, colours[0]));
    y += tall + gap;
    blocks.forEach((count, stage) => {
      const top = y;
      for (let block = 0; block < count; block += 1, y += rise) {
        for (let k = 0; k < pieces; k += 1) {
          drawing.append(make("rect", {x: left + k * (piece + 1), y, width: piece, height: tall, style: `fill:${colours[stage + 1]}`}));
        }
      }
      drawing.append(make("text", {x: left + 39, y: (top + y - rise + tall) / 2 + 4.5, text: count}));
      y += gap;
    });
    drawing.append(bar(y, colours[5]));
    const area = make("rect", {x: i * across, y: 0, width: across, height: 376, fill: "transparent", style: "cursor:pointer", onclick: () => { chosen = i; update(); }});
    svg.append(frame, drawing, area);
    return {frame, drawing};
  });

  // ---- The table
  const cell = (tag, text, style = "", attributes = {}) => make(tag, {text, style: `padding:.25rem .2rem;border:0;background:none;color:inherit;font-weight:inherit;vertical-align:top;${style}`, ...attributes});
  const right = "text-align:right;font-variant-numeric:tabular-nums;";
  const rows = [...parts, "together"].map((words, i) => {
    const head = cell("th", "", "text-align:left;", {scope: "row"});
    if (i < parts.length) head.append(make("span", {"aria-hidden": "true", style: `display:inline-block;width:.65em;height:.65em;margin-right:.4em;background:${colours[i]}`}));
    head.append(words);
    const cells = [0, 1, 2, 3].map(() => cell("td", "", right));
    const row = make("tr", {style: `background:none;border-top:1px solid #8886;${i === parts.length ? "font-weight:700" : ""}`}, head, ...cells);
    return {row, cells};
  });
  const heads = ["", "blocks", "output", "parameters", "million multiply-adds"].map((words, i) => cell("th", words, `font-weight:600;${i ? right : "text-align:left;"}`, {scope: "col"}));
  const table = make("table", {style: "border-collapse:collapse;width:100%;font-size:.85em;line-height:1.3;margin:.3rem 0;border:0;color:inherit"},
    make("thead", {style: "border:0"}, make("tr", {style: "background:none"}, ...heads)), make("tbody", {}, ...rows.map(({row}) => row)));

  // ---- The controls
  const choose = (label, texts, onchange) => {
    const radios = texts.map((_, i) => make("input", {type: "radio", name: `${name}-${label}`, "data-lm-suppress-shortcuts": "true", onchange: () => onchange(i)}));
    const element = make("div", {role: "radiogroup", "aria-label": label, class: "isnine-row", style: "gap:0 .55rem"}, make("span", {text: label, style: "min-width:5rem"}),
      ...radios.map((radio, i) => make("label", {style: "display:flex;gap:.2rem;align-items:center;min-height:2.4rem;margin:0;cursor:pointer"}, radio, texts[i])));
    return {element, show: (i) => radios.forEach((radio, k) => { radio.checked = k === i; })};
  };
  const names = Object.keys(networks[0].costs);
  const depths = choose("ResNet", networks.map(({depth}) => String(depth)), (i) => { chosen = i; update(); });
  const conventions = choose("convention", names, (i) => { convention = names[i]; update(); });
  const picture = slider("picture", {min: 0, max: sizes.length - 1, step: 1, value: sizes.indexOf(size), format: (i) => `${sizes[i]}×${sizes[i]}`, onchange: (i) => { size = sizes[i]; update(); }});
  picture.element.style.gridTemplateColumns = "5.5rem 1fr 4.2rem";
  const told = status();
  told.style.minHeight = "6em"; // room for the longest text on a phone, so that nothing below jumps

  function now() {
    const {depth, pieces, blocks, costs} = networks[chosen];
    const {parameters, averages, work} = costs[convention];
    return {depth, pieces, blocks, parameters, averages, work: work[sizes.indexOf(size)], outputs: [2, 4, 8, 16, 32].map((scale) => size / scale)};
  }
  function update() {
    const {depth, pieces, blocks, parameters, averages, work, outputs} = now();
    columns.forEach(({frame, drawing}, i) => {
      frame.setAttribute("visibility", i === chosen ? "visible" : "hidden");
      drawing.setAttribute("opacity", i === chosen ? 1 : 0.55);
    });
    rows.forEach(({cells}, i) => {
      const last = i === parts.length;
      const values = [
        i > 0 && i < 5 ? blocks[i - 1] : last ? sum(blocks) : "",
        i < 5 ? `${outputs[i]}×${outputs[i]}` : last ? "" : "1,000",
        say(last ? sum(parameters) : parameters[i]),
        millions(last ? sum(work) : work[i]),
      ];
      cells.forEach((element, k) => { element.textContent = values[k]; });
    });
    depths.show(chosen);
    conventions.show(names.indexOf(convention));
    const blockName = pieces === 2 ? "basic blocks" : "bottlenecks";
    told.textContent = `ResNet-${depth}, convention of ${convention}: ${blocks.join(" + ")} = ${sum(blocks)} ${blockName} of ${pieces} layers, and 2 more, make ${pieces * sum(blocks) + 2} layers. `
      + `${say(sum(parameters))} parameters to train, ${say(sum(parameters) + averages)} with the moving averages. `
      + `A picture of ${size}×${size} takes ${millions(sum(work))} million multiply-adds.`
      + (convention === "Keras" && pieces === 2 ? " (keras.applications does not offer this depth.)" : "");
  }

  root.append(depths.element, conventions.element, picture.element,
    make("div", {style: "display:flex;flex-wrap:wrap;gap:.6rem 1.5rem;align-items:flex-start;margin-top:.5rem"},
      make("div", {style: "flex:1 1 16rem;min-width:0"}, svg),
      make("div", {style: "flex:1 1 19rem;min-width:0"}, table, told)));
  update();
  root.isnine = {now, choose(depth) { chosen = networks.findIndex((network) => network.depth === depth); update(); }};
});
