// Above: how the scores of each class spread. Below, on the same axis: recall, precision and accuracy for every threshold.
// Beside it: the confusion matrix, its quarters in the places of the quarters of the drawing above.
isnine.define("threshold", (root, {scores, truth}) => {
  const {make, slider, status, button} = isnine;
  const total = scores.length;
  const nines = truth.reduce((sum, one) => sum + one, 0);
  const names = ["recall", "precision", "accuracy"];
  const whole = (number) => number.toLocaleString("en");
  const share = (number) => number.toFixed(2);

  // Everything that follows from a threshold. 0/0, when nothing is called a nine, counts as 0.
  function counts(threshold) {
    let called = 0, found = 0;
    scores.forEach((score, i) => {
      if (score >= threshold) { called += 1; found += truth[i]; }
    });
    const rightNo = total - nines - (called - found);
    return {
      called, found, missed: nines - found, falseAlarms: called - found, rightNo,
      recall: found / nines, precision: called ? found / called : 0, accuracy: (found + rightNo) / total,
    };
  }

  // The last step lies above every score: the classifier that always says no. i / 100 is the same number as in Python.
  const last = 101;
  const table = Array.from({length: last + 1}, (_, i) => counts(i / 100));
  const x = (value) => 32 + 316 * value;
  const y = (value) => 312 - 116 * value;
  const text = (px, py, words, anchor = "start") => make("text", {x: px, y: py, text: words, "text-anchor": anchor});
  const rule = (x1, y1, x2, y2, opacity = 0.3) => make("line", {x1, y1, x2, y2, stroke: "currentColor", "stroke-opacity": opacity});
  const svg = make("svg", {viewBox: "0 0 360 350", "aria-hidden": "true", style: "touch-action:pan-y;cursor:ew-resize"});

  // Bars: share of its class in each twentieth of the axis, both classes on one scale. Not a nine: red and hollow; nine: blue and full.
  const shares = [0, 1].map((kind) => {
    const bins = Array(20).fill(0);
    scores.forEach((score, i) => { if (truth[i] === kind) bins[Math.min(19, Math.floor(score * 20))] += 1; });
    return bins.map((count) => count / (kind ? nines : total - nines));
  });
  const highest = Math.max(...shares.flat());
  const area = make("rect", {y: 18, height: 142, fill: "currentColor", "fill-opacity": 0.1});
  svg.append(area);
  [[88, "var(--isnine-red)", 0.15], [160, "var(--isnine-blue)", 0.85]].forEach(([base, colour, opacity], kind) => {
    shares[kind].forEach((part, bin) => {
      const height = Math.max(2, (part / highest) * 58);
      if (part) svg.append(make("rect", {x: x(bin / 20) + 1.5, y: base - height, width: 12.8, height, fill: colour, "fill-opacity": opacity, stroke: colour}));
    });
    svg.append(rule(x(0), base, x(1), base, 0.7));
  });
  svg.append(text(x(1), 44, `${whole(total - nines)} that are not nines`, "end"), text(x(0), 116, `${whole(nines)} nines`));

  // Curves. The precision breaks off where it is 0/0.
  [0, 0.5, 1].forEach((value) => svg.append(rule(x(0), y(value), x(1), y(value)), text(26, y(value) + 4, String(value), "end")));
  [0, 0.25, 0.5, 0.75, 1].forEach((value) => svg.append(text(x(value), 330, String(value), "middle")));
  svg.append(text(x(0.5), 347, "score above, threshold below", "middle"));
  const look = {
    recall: {stroke: "var(--isnine-blue)", mark: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0"},
    precision: {stroke: "var(--isnine-green)", dash: "7 4", mark: "M-5-5h10v10h-10z"},
    accuracy: {stroke: "currentColor", dash: "2 4", mark: "M0-7l7 7l-7 7l-7-7z"},
  };
  const line = (name, d) => make("path", {d, fill: "none", stroke: look[name].stroke, "stroke-width": 2, "stroke-dasharray": look[name].dash});
  const mark = (name) => make("path", {d: look[name].mark, fill: look[name].stroke});
  const cut = make("line", {y1: 4, y2: 312, stroke: "currentColor", "stroke-width": 2.5});
  const marks = names.map(mark);
  names.forEach((name) => {
    const broken = table.findIndex((row) => name === "precision" && !row.called);
    svg.append(line(name, table.map((row, i) => `${i && i !== broken ? "L" : "M"}${x(i / 100).toFixed(1)} ${y(row[name]).toFixed(1)}`).join("")));
  });
  const no = text(0, 13, "← not a nine", "end"), yes = text(0, 13, "nine →");
  svg.append(cut, ...marks, no, yes);

  // The confusion matrix and the three numbers.
  const cell = (words, right) => {
    const number = make("b", {style: "display:block;font-size:1.35em;font-variant-numeric:tabular-nums"});
    const box = make("td", {style: `border:1px solid #8886;padding:.35rem;text-align:center;background:${right ? "#8882" : "none"}`}, number, `${right ? "✓" : "✗"} ${words}`);
    return {box, number};
  };
  const head = (words, scope) => make("th", {scope, text: words, style: "padding:.35rem;text-align:center;font-weight:600;background:none;border:0"});
  const cells = {rightNo: cell("rightly rejected", true), falseAlarms: cell("false alarms", false), missed: cell("missed", false), found: cell("found", true)};
  const row = (title, ...keys) => make("tr", {style: "background:none"}, head(title, "row"), ...keys.map((key) => cells[key].box));
  const matrix = make("table", {style: "width:100%;table-layout:fixed;border-collapse:collapse;margin:0 0 .6rem;color:inherit;font-size:.9em", "aria-label": "confusion matrix"},
    make("thead", {style: "border:0"}, make("tr", {style: "background:none"}, head("truth", "col"), head("called not a nine", "col"), head("called nine", "col"))),
    make("tbody", {}, row("not a nine", "rightNo", "falseAlarms"), row("nine", "missed", "found")));
  const values = names.map(() => make("b", {style: "font-variant-numeric:tabular-nums"}));
  const legend = names.map((name, i) => {
    const sample = make("svg", {viewBox: "-22 -8 44 16", "aria-hidden": "true", style: "width:44px;flex:none"}, line(name, "M-22 0H22"), mark(name));
    return make("div", {style: "display:flex;gap:.6rem;align-items:center"}, sample, make("span", {}, `${name} `, values[i]));
  });

  const told = status();
  const control = slider("threshold", {min: 0, max: 1.01, step: 0.01, value: 0.5, format: (now) => (now > 1 ? "above 1" : share(now)), onchange: update});
  function update(threshold) {
    const step = Math.round(threshold * 100);
    const now = table[step];
    const place = x(step / 100);
    const move = (element, attributes) => Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    move(cut, {x1: place, x2: place});
    move(area, {x: place, width: Math.max(0, x(1) - place)});
    move(no, {x: place - 6, visibility: step < 24 ? "hidden" : "visible"});
    move(yes, {x: place + 6, visibility: step > 84 ? "hidden" : "visible"});
    names.forEach((name, i) => {
      move(marks[i], {transform: `translate(${place} ${y(now[name])})`});
      values[i].textContent = share(now[name]);
    });
    for (const key of Object.keys(cells)) cells[key].number.textContent = whole(now[key]);
    const {called, found} = now;
    const precise = called
      ? `of ${whole(called)} ${called === 1 ? "picture" : "pictures"} called nine, ${whole(found)} ${found === 1 ? "is" : "are"} (precision ${share(now.precision)})`
      : "no picture is called nine, so precision is 0/0, reported as 0.00";
    told.textContent = `Threshold ${step === last ? "above 1, always no" : share(step / 100)}: ${whole(found)} of ${whole(nines)} nines found (recall ${share(now.recall)}); ${precise}; accuracy ${share(now.accuracy)}.`;
  }

  // The line in the drawing can be dragged too.
  isnine.pointing(svg, 360, (place) => control.set(share(Math.min(1, Math.max(0, (place - 32) / 316)))));

  root.append(
    control.element,
    make("div", {class: "isnine-row", style: "margin:.2rem 0 .6rem"},
      button("always nine", () => control.set(0)), button("0.5", () => control.set(0.5)), button("always no", () => control.set(1.01))),
    make("div", {style: "display:flex;flex-wrap:wrap;gap:.8rem 1.4rem;align-items:center"},
      make("div", {style: "flex:1.5 1 17.5rem;min-width:0"}, svg), make("div", {style: "flex:1 1 14rem;min-width:0"}, matrix, ...legend)),
    told,
  );
  update(0.5);
  root.isnine = {counts, set: control.set, scores};
});
