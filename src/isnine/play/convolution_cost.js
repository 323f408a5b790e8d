// Above: one convolution, whole and split, as bars on one scale. Below: networks by cost and accuracy, one of them chosen.
isnine.define("convolution_cost", (root, {networks, start, channels, kernels, sizes}) => {
  const {make, slider, status, button} = isnine;
  const whole = (number) => number.toLocaleString("en");
  const text = (x, y, words, anchor = "start") => make("text", {x, y, text: words, "text-anchor": anchor});
  const put = (element, attributes) => Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  const part = (basis, ...children) => make("div", {style: `flex: 1 1 ${basis}; min-width: 0; max-width: 26rem`}, ...children);
  const row = (...children) => make("div", {class: "isnine-row", style: "gap: 0.4rem 1.5rem; align-items: flex-start"}, ...children);
  const title = (words) => make("p", {}, make("b", {text: words}));

  // ---- One convolution. Stride 1, padding "same", no biases.
  function costs([inputs, outputs, kernel, size]) {
    const full = kernel * kernel * inputs * outputs, depthwise = kernel * kernel * inputs, pointwise = inputs * outputs;
    return {full, depthwise, pointwise, split: depthwise + pointwise, places: size * size, ratio: (depthwise + pointwise) / full};
  }
  const colours = {full: "var(--isnine-blue)", depthwise: "var(--isnine-green)", pointwise: "var(--isnine-red)"};
  const bars = make("svg", {viewBox: "0 0 360 196", "aria-hidden": "true"});
  const groups = ["multiply-adds", "parameters"].map((name, i) => {
    const top = 14 + i * 98;
    const heading = text(0, top, name);
    heading.setAttribute("font-weight", 700);
    const bar = (key, y) => make("rect", {x: 0, y, height: 13, fill: colours[key]});
    const drawn = {full: bar("full", top + 25), depthwise: bar("depthwise", top + 61), pointwise: bar("pointwise", top + 61)};
    const words = [text(0, top + 20, ""), text(0, top + 56, "")];
    bars.append(heading, ...words, ...Object.values(drawn));
    return {drawn, words};
  });
  const swatch = (key, words) => make("span", {style: "white-space: nowrap"},
    make("span", {style: `display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.4em; background: ${colours[key]}`}), words);
  const told = status();
  told.style.minHeight = "4.6em";
  const lists = [channels, channels, kernels, sizes];
  const values = [...start];
  const labels = ["input channels", "output channels", "kernel size", "picture size"];
  const shapes = [String, String, (now) => `${now}×${now}`, (now) => `${now}×${now}`];
  const controls = labels.map((label, i) => {
    const control = slider(label, {min: 0, max: lists[i].length - 1, step: 1, value: lists[i].indexOf(start[i]),
      format: (at) => shapes[i](lists[i][at]), onchange: (at) => { values[i] = lists[i][at]; showCosts(); }});
    control.element.style.gridTemplateColumns = "8.2rem 1fr 4rem";
    return control;
  });
  function showCosts() {
    const {full, depthwise, pointwise, split, places, ratio} = costs(values);
    const longest = Math.max(full, split) / 358;
    groups.forEach(({drawn, words}, i) => {
      const times = i ? 1 : places;
      words[0].textContent = `full: ${whole(full * times)}`;
      words[1].textContent = `split: ${whole(depthwise * times)} + ${whole(pointwise * times)}`;
      put(drawn.full, {width: full / longest});
      put(drawn.depthwise, {width: depthwise / longest});
      put(drawn.pointwise, {x: depthwise / longest, width: pointwise / longest});
    });
    const [, outputs, kernel, size] = values;
    told.textContent = `Picture ${size}×${size}. Full: ${whole(full * places)} multiply-adds, ${whole(full)} parameters. Split: ${whole(split * places)} and ${whole(split)}. `
      + `The split costs ${ratio.toFixed(3)} of the full one: 1/${outputs} + 1/${kernel * kernel}.`;
  }
  const set = (now) => now.forEach((value, i) => controls[i].set(lists[i].indexOf(value)));

  // ---- Networks.
  const families = [...new Set(networks.map(([family]) => family))];
  const marks = ["M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0", "M-5-5h10v10h-10z", "M0-7l6 11h-12z", "M0-7l7 7l-7 7l-7-7z", "M-5-5L5 5M5-5L-5 5"];
  const inks = ["var(--isnine-blue)", "var(--isnine-red)", "var(--isnine-green)", "var(--isnine-green)", "currentColor"];
  const mark = (family, attributes = {}) => make("path", {d: marks[family], fill: inks[family], "fill-opacity": family === 3 ? 0.15 : 1, stroke: inks[family], "stroke-width": 2, ...attributes});
  const axes = {"multiply-adds": 3, parameters: 4};
  let axis = "multiply-adds", chosen = 0;
  const [left, right, top, bottom] = [36, 352, 10, 216];
  const plot = make("svg", {viewBox: "0 0 360 256", "aria-hidden": "true"});
  const accuracies = networks.map((one) => one[2]);
  const low = 5 * Math.floor((Math.min(...accuracies) - 1) / 5), high = 5 * Math.ceil((Math.max(...accuracies) + 1) / 5);
  const y = (accuracy) => bottom - ((accuracy - low) / (high - low)) * (bottom - top);
  function x(cost) {
    const all = networks.map((one) => Math.log(one[axes[axis]]));
    const [from, to] = [Math.min(...all) - 0.25, Math.max(...all) + 0.25];
    return left + ((Math.log(cost) - from) / (to - from)) * (right - left);
  }
  const millions = (cost) => String(Number((cost / 1e6).toPrecision(3)));
  const ring = make("circle", {r: 11, fill: "none", stroke: "currentColor", "stroke-width": 2});
  function drawPlot() {
    plot.replaceChildren();
    for (let tick = low; tick <= high; tick += 5) {
      plot.append(make("line", {x1: left, x2: right, y1: y(tick), y2: y(tick), stroke: "currentColor", "stroke-opacity": 0.2}), text(left - 5, y(tick) + 4, String(tick), "end"));
    }
    let last = -99;
    for (let power = 3; power < 13; power += 1) {
      for (const times of [1, 2, 5]) {
        const cost = times * 10 ** power, place = x(cost);
        if (place < left || place > right - 8 || place - last < 34) continue;
        last = place;
        plot.append(make("line", {x1: place, x2: place, y1: top, y2: bottom, stroke: "currentColor", "stroke-opacity": 0.2}), text(place, bottom + 16, millions(cost), "middle"));
      }
    }
    plot.append(text((left + right) / 2, bottom + 35, `${axis} in millions, on a log scale`, "middle"));
    families.forEach((family, f) => {
      const own = networks.map((one, i) => ({one, i})).filter(({one}) => one[0] === family);
      const points = own.map(({one}) => `${x(one[axes[axis]]).toFixed(1)} ${y(one[2]).toFixed(1)}`);
      plot.append(make("path", {d: `M${points.join("L")}`, fill: "none", stroke: inks[f], "stroke-opacity": 0.6, "stroke-width": 1.5}));
      own.forEach(({i}, k) => plot.append(mark(f, {transform: `translate(${points[k]})`, style: "cursor: pointer", onclick: () => pick.set(i)})));
    });
    plot.append(ring);
  }
  const name = ([family, width]) => `${family}, width ${width}`;
  // Cheaper on the axis that is shown, and right more often.
  const better = (one) => networks.filter((other) => other !== one && other[axes[axis]] <= one[axes[axis]] && other[2] >= one[2]);
  const said = status();
  said.style.minHeight = "4.6em";
  function showNetwork() {
    const one = networks[chosen], others = better(one);
    put(ring, {cx: x(one[axes[axis]]), cy: y(one[2])});
    said.textContent = `${name(one)}: accuracy ${one[2].toFixed(1)} %, ${whole(one[3])} multiply-adds, ${whole(one[4])} parameters. `
      + (others.length ? `With no more ${axis}, at least as accurate: ${others.map(name).join("; ")}.` : `No other network here is as accurate with as few ${axis}.`);
  }
  const pick = slider("network", {min: 0, max: networks.length - 1, step: 1, value: 0, format: (i) => `${i + 1} of ${networks.length}`, onchange: (i) => { chosen = i; showNetwork(); }});
  pick.element.style.gridTemplateColumns = "4rem 1fr 4.4rem";
  const group = `${root.id}-axis`;
  const radios = Object.keys(axes).map((word) => make("input", {type: "radio", name: group, checked: word === axis, "data-lm-suppress-shortcuts": "true",
    onchange: () => { axis = word; drawPlot(); showNetwork(); }}));
  const choice = make("div", {role: "radiogroup", "aria-label": "cost to the right", class: "isnine-row", style: "gap: 0 1rem"}, make("span", {text: "to the right:"}),
    ...radios.map((radio, i) => make("label", {style: "display: flex; gap: 0.4rem; align-items: center; min-height: 2.4rem; margin: 0; cursor: pointer"}, radio, make("span", {text: Object.keys(axes)[i]}))));
  const legend = families.map((family, f) => make("div", {style: "display: flex; gap: 0.5rem; align-items: center"},
    make("svg", {viewBox: "-9 -9 18 18", "aria-hidden": "true", style: "width: 18px; flex: none"}, mark(f)), make("span", {text: family})));

  root.append(
    title("One convolution"), row(part("16rem", ...controls.map((control) => control.element), make("div", {style: "margin-top: 0.4rem"}, button("Reset", () => set(start)))),
      part("17rem", bars, make("div", {class: "isnine-row", style: "gap: 0 1rem"}, swatch("full", "full"), swatch("depthwise", "depthwise"), swatch("pointwise", "pointwise")))), told,
    make("hr", {style: "border: 0; border-top: 1px solid #8886; margin: 0.8rem 0"}),
    title("Whole networks: accuracy on ImageNet in per cent, against cost"), row(part("19rem", plot), part("13rem", choice, pick.element, ...legend)), said,
  );
  showCosts();
  drawPlot();
  showNetwork();
  root.isnine = {costs, set, values: () => [...values], choose: pick.set, better: (i) => better(networks[i]).map((one) => networks.indexOf(one))};
});
