// What the reader has done, kept in this browser and nowhere else: answers of quizzes, chapters read, and checks passed that were
// loaded from a file. The form is that of the file which `isnine progress --save` writes; it is described in src/isnine/progress.py.
window.isnineProgress = (() => {
  const NAME = "isnine-progress", VERSION = 1;
  const REFUSED = "Your browser does not let this page keep anything, so this is forgotten when you leave the page.";
  const own = (thing, key) => (Object.hasOwn(thing, key) ? thing[key] : undefined);
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  // ---- Keeping

  let memory = null; // holds everything where the browser refuses to keep it
  try {
    localStorage.setItem(`${NAME}-test`, "");
    localStorage.removeItem(`${NAME}-test`);
  } catch {
    memory = tidy({});
  }

  // Whatever a file or the storage holds, only what belongs here.
  function tidy(data) {
    const inside = (part, good) => Object.fromEntries(
      Object.entries(isObject(data[part]) ? data[part] : {}).filter(([, entries]) => isObject(entries))
        .map(([name, entries]) => [name, Object.fromEntries(Object.entries(entries).filter(([, value]) => good(value)))]));
    return {
      isnine: VERSION,
      checks: inside("checks", Number.isFinite),
      read: [...new Set(Array.isArray(data.read) ? data.read.filter((name) => typeof name === "string") : [])],
      quiz: inside("quiz", (answer) => isObject(answer) && Number.isInteger(answer.choice) && typeof answer.found === "boolean"),
    };
  }

  // Read anew each time: another tab may have changed it.
  function load() {
    if (memory) return memory;
    try { return tidy(JSON.parse(localStorage.getItem(NAME)) || {}); } catch { return tidy({}); }
  }

  function change(how) {
    const kept = load();
    how(kept);
    if (memory) return;
    try { localStorage.setItem(NAME, JSON.stringify(kept)); } catch { memory = kept; }
  }

  // Add what a file holds. Throws an error with words for the reader.
  function add(text) {
    let data;
    try { data = JSON.parse(text); } catch { data = null; }
    if (!isObject(data) || data.isnine !== VERSION) throw new Error("this is not a file of progress in this course");
    const loaded = tidy(data);
    change((kept) => {
      for (const [name, points] of Object.entries(loaded.checks)) {
        const best = (kept.checks[name] = own(kept.checks, name) || {});
        for (const [question, value] of Object.entries(points)) best[question] = Math.max(value, own(best, question) || 0);
      }
      for (const [name, answers] of Object.entries(loaded.quiz)) {
        const here = (kept.quiz[name] = own(kept.quiz, name) || {});
        for (const [key, answer] of Object.entries(answers)) here[key] = {...answer, found: answer.found || Boolean(own(here, key)?.found)};
      }
      kept.read = [...new Set([...kept.read, ...loaded.read])];
    });
  }

  // ---- In a chapter

  const chapter = (/\/chapters\/\d+-([\w-]+)(\.html)?$/.exec(location.pathname) || [])[1];
  const answers = () => own(load().quiz, chapter) || {};
  const answer = (key, choice, found) => change((kept) => {
    (kept.quiz[chapter] = own(kept.quiz, chapter) || {})[key] = {choice, found};
  });

  function make(tag, attributes, ...children) {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  }

  function markAtTheEnd() {
    const box = make("input", {type: "checkbox"});
    const told = make("span", {role: "status"});
    const draw = () => { box.checked = load().read.includes(chapter); };
    box.addEventListener("change", () => {
      change((kept) => { kept.read = kept.read.filter((name) => name !== chapter).concat(box.checked ? chapter : []); });
      told.textContent = memory ? REFUSED : "";
    });
    document.querySelector("article").append(
      make("p", {className: "isnine-progress"}, make("label", {}, box, " I have read this chapter"), " ", told));
    return draw;
  }

  // ---- On the start page

  function table(place, chapters) {
    const sum = make("p", {role: "status"});
    const told = make("p", {role: "status"});
    const rows = make("tbody", {});
    const draw = () => {
      const kept = load(), total = [0, 0, 0, 0, 0];
      rows.replaceChildren(...chapters.map(({name, title, page, questions, checks}) => {
        const read = kept.read.includes(name);
        const found = questions.filter((key) => own(own(kept.quiz, name) || {}, key)?.found).length;
        const passed = Object.entries(checks).filter(([key, points]) => own(own(kept.checks, name) || {}, key) >= points).length;
        const all = Object.keys(checks).length;
        [read, found, questions.length, passed, all].forEach((value, i) => { total[i] += Number(value); });
        const head = make("th", {scope: "row"}, make("a", {href: page, textContent: title}));
        const cells = [read ? "✓ read" : "not yet", `${found} of ${questions.length}`, `${passed} of ${all}`];
        return make("tr", {}, head, ...cells.map((textContent) => make("td", {textContent})));
      }));
      sum.textContent = `${total[0]} of ${chapters.length} chapters read, ${total[1]} of ${total[2]} questions answered right, `
        + `${total[3]} of ${total[4]} checks passed.`;
    };
    const save = () => {
      const link = make("a", {href: URL.createObjectURL(new Blob([JSON.stringify(load(), null, 1)], {type: "application/json"})),
        download: "isnine-progress.json"});
      link.click();
      URL.revokeObjectURL(link.href);
      told.textContent = "Saved to isnine-progress.json, among your downloads.";
    };
    const file = make("input", {type: "file", accept: ".json,application/json", hidden: true});
    file.addEventListener("change", async () => {
      const [chosen] = file.files;
      file.value = ""; // so that the same file can be chosen again
      if (!chosen) return;
      try {
        add(await chosen.text());
        draw();
        told.textContent = `Loaded ${chosen.name}.`;
      } catch (problem) {
        told.textContent = `${chosen.name} was not loaded: ${problem.message}.`;
      }
    });
    const erase = () => {
      if (!confirm("Forget all answers, chapters read and checks passed that this browser keeps?")) return;
      if (memory) memory = tidy({});
      else localStorage.removeItem(NAME);
      draw();
      told.textContent = "Erased.";
    };
    const button = (textContent, onclick) => make("button", {type: "button", textContent, onclick});
    const heads = ["Chapter", "Read", "Questions", "Checks"].map((textContent) => make("th", {scope: "col", textContent}));
    if (memory) told.textContent = REFUSED;
    else if (location.protocol === "file:")
      told.textContent = "Some browsers keep each page opened from a file apart from the others. If this table stays empty, open the book with make serve.";
    place.append(
      sum, make("table", {className: "table"}, make("thead", {}, make("tr", {}, ...heads)), rows),
      make("div", {}, button("Save to a file", save), button("Load from a file", () => file.click()), file, button("Erase", erase)), told);
    return draw;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.getElementById("isnine-progress");
    const draw = chapter ? markAtTheEnd() : place ? table(place, window.isnineChapters) : () => {};
    draw();
    addEventListener("storage", draw); // another tab changed it
    addEventListener("pageshow", draw); // the reader came back to this page
  });
  return {answers, answer};
})();
