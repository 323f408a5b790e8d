// Starts the slides: one question of a quiz a slide, formulas set, and nothing larger than its slide.
(async () => {
  for (const quiz of document.querySelectorAll(".isnine-quiz")) {
    let last = quiz.closest("section");
    for (const question of [...quiz.querySelectorAll("fieldset")].slice(1)) {
      const next = last.cloneNode(false), body = document.createElement("div"), box = quiz.cloneNode(false);
      next.removeAttribute("id");
      box.removeAttribute("id");
      body.className = "body";
      box.append(question);
      body.append(box);
      next.append(quiz.closest("section").querySelector("header").cloneNode(true), body);
      last.after(next);
      last = next;
    }
  }
  const slides = document.querySelector(".slides");
  await MathJax.startup.promise;
  await MathJax.typesetPromise([slides]);
  await document.fonts.ready;
  await Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, slideNumber: "h.v", transition: "none",
    keyboardCondition: () => !document.activeElement.matches("input, select, textarea"), plugins: [RevealNotes],
  });
  // What is too large for its slide becomes smaller, in steps, until it is not.
  slides.classList.add("measured");
  const tooLarge = (body) => body.scrollHeight > body.clientHeight + 1 || [body, ...body.querySelectorAll("*:not(svg *, mjx-container *)")]
    .some((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth);
  const fit = (body) => {
    let size = 100;
    do body.style.zoom = size / 100; while (tooLarge(body) && (size -= 5) >= 50);
    return size;
  };
  for (const body of slides.querySelectorAll(".body")) {
    const figure = body.querySelector(".isnine-play");
    if (fit(body) < 80 && figure) {
      figure.classList.add("isnine-columns");
      fit(body);
    }
  }
  slides.classList.remove("measured");
  Reveal.layout();
  document.body.dataset.ready = "yes";
})();
