// Three bars, one for each way to run a computation: the first call striped, all other calls plain.
isnine.define("graph_modes", (root, {names, modes, times, calls}) => {
  const {make, slider, status} = isnine;
  const CLOSE = 1.5; // later calls whose times differ by less than this factor: the clock can't tell them apart
  const colours = ["var(--isnine-blue)", "var(--isnine-red)", "var(--isnine-green)"];
  const spoken = ["eager code", "tf.function", "the session"];
  const whole = (number) => number.toLocaleString("en");
  const group = `modes-${Math.random().toString(36).slice(2)}`;
  let computation = 0, step = calls.indexOf(10);

  const say = (seconds) => {
    const [value, unit] = seconds >= 1 ? [seconds, "seconds"] : [1000 * seconds, "milliseconds"];
    return `${value >= 100 ? whole(Math.round(value)) : value.toPrecision(3)} ${unit}`;
  };
  const total = (mode, n) => times[computation][mode][0] + (n - 1) * times[computation][mode][1];

  // The first number of calls at which a graph is faster than eager code (mode 0) in total; null where that can't be said.
  function breakEven(mode) {
    const [[first, later], [graphFirst, graphLater]] = [times[computation][0], times[computation][mode]];
    if (Math.max(later, graphLater) < CLOSE * Math.min(later, graphLater) || graphLater > later) return null;
    return Math.max(1, Math.floor(1 + (graphFirst - first) / (later - graphLater)) + 1);
  }

  // ---- The bars
  const striped = (colour) => `repeating-linear-gradient(-45deg, ${colour} 0 4px, transparent 4px 8px)`;
  const bars = modes.map((mode, i) => {
    const value = make("span", {style: "font-variant-numeric:tabular-nums"});
    const once = make("div", {style: `background:${striped(colours[i])};box-shadow:inset 0 0 0 1px ${colours[i]};flex:none`});
    const rest = make("div", {style: `background:${colours[i]};flex:none`});
    const element = make("div", {style: "margin:.45rem 0"},
      make("div", {style: "display:flex;justify-content:space-between;gap:1rem"}, make("b", {text: mode}), value),
      make("div", {"aria-hidden": "true", style: "display:flex;height:1.25rem;background:#8882"}, once, rest));
    return {element, show(first, later, largest) {
      once.style.width = `${(100 * first) / largest}%`;
      rest.style.width = `${(100 * later) / largest}%`;
      value.textContent = say(first + later);
    }};
  });
  const key = (fill, words) => make("span", {style: "display:inline-flex;gap:.4rem;align-items:center"},
    make("span", {style: `width:1.4rem;height:.8rem;background:${fill};box-shadow:inset 0 0 0 1px currentColor`}), words);
  const legend = make("div", {class: "isnine-row", "aria-hidden": "true", style: "font-size:.92em"},
    key(striped("currentColor"), "first call"), key("currentColor", "all other calls"));

  // ---- The controls and the sentence
  const told = status();
  const capital = (words) => words[0].toUpperCase() + words.slice(1);
  function update() {
    const n = calls[step];
    const totals = modes.map((_, mode) => total(mode, n));
    bars.forEach((bar, mode) => bar.show(times[computation][mode][0], (n - 1) * times[computation][mode][1], Math.max(...totals)));
    const paid = [1, 2].map((mode) => {
      const from = breakEven(mode);
      const name = spoken[mode];
      if (from !== null) return `From ${whole(from)} ${from === 1 ? "call" : "calls"} on, ${name} is faster than eager code.`;
      const slower = times[computation][mode][1] >= CLOSE * times[computation][0][1];
      return slower ? `Later calls of ${name} are slower than those of eager code.` : `Later calls of ${name} take about as long as those of eager code.`;
    });
    told.textContent = `${capital(names[computation])}, ${whole(n)} ${n === 1 ? "call" : "calls"}: `
      + `${totals.map((seconds, mode) => `${spoken[mode]} ${say(seconds)}`).join(", ")}. ${paid.join(" ")}`;
  }
  const radios = names.map((_, i) => make("input", {type: "radio", name: group, "data-lm-suppress-shortcuts": "true", checked: i === 0,
    style: "accent-color:var(--isnine-blue)", onchange() { computation = i; update(); }}));
  const chooser = make("div", {role: "radiogroup", "aria-label": "computation", class: "isnine-row", style: "gap:0 1.4rem"},
    ...radios.map((radio, i) => make("label", {style: "display:flex;gap:.5rem;align-items:center;min-height:2.6rem;margin:0;cursor:pointer"}, radio, names[i])));
  const control = slider("number of calls", {min: 0, max: calls.length - 1, step: 1, value: step, format: (i) => whole(calls[i]),
    onchange(i) { step = i; update(); }});

  root.append(chooser, control.element, ...bars.map((bar) => bar.element), legend, told);
  update();
  root.isnine = {choose: (i) => radios[i].click(), set: (n) => control.set(calls.indexOf(n)), totals: () => modes.map((_, mode) => total(mode, calls[step])), breakEven};
});
