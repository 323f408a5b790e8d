// Lays out all slides of a page, each at its size and complete, and tells what can be seen there; test_views.py says what must be.
() => {
  const all = (css, within = document) => [...within.querySelectorAll(css)];
  const formulas = all('.body .math');
  const told = {slides: 0, notes: 0, outside: [], small: [], formulas: formulas.length,
    rendered: formulas.filter((e) => e.querySelector('mjx-container')).length, broken: all('mjx-merror, [data-mjx-error]').length};
  document.querySelector('.slides').classList.add('measured');
  for (const slide of Reveal.getSlides()) {
    const {h, v} = Reveal.getIndices(slide);
    told.slides += 1;
    told.notes += Boolean(slide.querySelector('.notes')?.textContent.trim());
    const name = `${h}.${v} ${slide.id}`;
    const parts = all('header *, .body *', slide).filter((e) => e.getClientRects().length && !e.closest('defs, clipPath, mjx-assistive-mml'));
    if (parts.length < 2) told.outside.push(`${name}: empty`);
    for (const e of parts) {
      const box = e.getBoundingClientRect(), style = getComputedStyle(e), about = `${name}: ${e.outerHTML.slice(0, 80)}`;
      // The last 30 pixels are for the number of the slide.
      const beyond = box.left < -0.5 || box.top < -0.5 || box.right > 1280.5 || box.bottom > 690.5;
      const cut = style.overflow !== 'visible' && !(e instanceof SVGElement) && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
      if (beyond || cut) told.outside.push(about);
      let size = parseFloat(style.fontSize);
      if (e instanceof SVGGraphicsElement) size *= Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b);
      else for (let parent = e; parent; parent = parent.parentElement) size *= getComputedStyle(parent).zoom;
      const letters = [...e.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
      if (letters && size < (e.closest('.isnine-play') ? 9 : 10.5) && !e.closest('mjx-container, sup, sub')) told.small.push(`${size.toFixed(1)} ${about}`);
    }
  }
  return told;
}
