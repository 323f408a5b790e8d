// Questions with one right choice. Native radio buttons, so keyboard and screen readers work; what a choice means appears below it.
isnine.define("quiz", (root, {questions}) => {
  const {make, status} = isnine;
  // `code` between backticks, everything else as it is.
  const rich = (text) => text.split("`").map((part, i) => (i % 2 ? make("code", {text: part}) : document.createTextNode(part)));
  const progress = window.isnineProgress; // the book's pages keep what was chosen (book/assets/progress.js)
  const kept = progress?.answers() || {};
  const tally = status();
  const solved = new Set();
  questions.forEach(({key, question, choices}, number) => {
    const answer = make("p", {class: "isnine-answer", role: "status", "aria-live": "polite"});
    const box = make("fieldset", {}, make("legend", {}, make("b", {text: `${number + 1}. `}), ...rich(question)));
    const show = (place, found) => {
      const {because, right} = choices[place];
      answer.replaceChildren(make("b", {text: right ? "✓ Right. " : "✗ Not quite. "}), ...rich(because));
      answer.dataset.right = right;
      if (right || found) solved.add(number);
      tally.textContent = `${solved.size} of ${questions.length} found`;
    };
    choices.forEach(({choice}, place) => {
      const input = make("input", {type: "radio", name: `${root.id}-${number}`, "data-lm-suppress-shortcuts": "true"});
      input.addEventListener("change", () => {
        show(place);
        progress?.answer(key, place, solved.has(number));
      });
      input.checked = kept[key]?.choice === place;
      if (input.checked) show(place, kept[key].found);
      box.append(make("label", {}, input, make("span", {}, ...rich(choice))));
    });
    box.append(answer);
    root.append(box);
  });
  root.append(tally);
});
