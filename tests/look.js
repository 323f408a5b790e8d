// Runs in a page of the book and tells what can be seen there; test_book.py says what must be.
() => {
  const all = (css) => [...document.querySelectorAll(css)];
  const parts = ['svg', 'canvas', 'table'].map((tag) => `:is(.isnine-figure, .isnine-play, .isnine-card) ${tag}`);
  const wide = all(['.isnine-figure', '.isnine-play', '.isnine-card', ...parts].join())
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5).map((e) => e.outerHTML.slice(0, 80));

  // Contrast by WCAG 2.1, https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
  const linear = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const colour = (text, opacity = 1) => { const n = (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number); return [n.slice(0, 3), (n[3] ?? 1) * opacity]; };
  const ground = (e) => {
    const layers = [];
    if (e instanceof SVGElement) { // shapes that were drawn under these letters
      const box = e.getBoundingClientRect(), [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      for (const shape of e.ownerSVGElement.querySelectorAll('path, rect, circle')) {
        const b = shape.getBoundingClientRect(), style = getComputedStyle(shape);
        const under = shape.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING && !shape.closest('defs');
        if (under && style.fill !== 'none' && b.left <= x && x <= b.right && b.top <= y && y <= b.bottom) layers.push(colour(style.fill, style.fillOpacity * style.opacity));
      }
    }
    for (let parent = e; parent; parent = parent.parentElement) layers.unshift(colour(getComputedStyle(parent).backgroundColor));
    return layers.reduce((under, [c, a]) => under.map((v, i) => v * (1 - a) + c[i] * a), [255, 255, 255]);
  };
  // A figure stands on the page's own ground, not in a box of another colour.
  const page = ground(document.querySelector('article') || document.body).join();
  const boxed = all('.isnine-figure, .isnine-play, .isnine-card').filter((e) => ground(e).join() !== page).map((e) => e.outerHTML.slice(0, 80));

  const words = 'p, label span, button, output, legend, td, th, li';
  const faint = all(`.isnine-figure text, .isnine-play text, :is(.isnine-play, .isnine-card) :is(${words})`)
    .filter((e) => e.textContent.trim() && e.getClientRects().length && getComputedStyle(e).visibility === 'visible')
    .map((e) => {
      const drawn = e instanceof SVGElement, style = getComputedStyle(e), [letters] = colour(drawn ? style.fill : style.color);
      const [dark, light] = [luminance(letters), luminance(ground(e))].sort((a, b) => a - b);
      // Letters in a colour of their own repeat the colour of what they name, as a line of a drawing does.
      return {text: e.textContent.trim().slice(0, 40), contrast: (light + 0.05) / (dark + 0.05), least: drawn && style.fill !== style.color ? 3 : 4.5};
    }).filter(({contrast, least}) => contrast < least);

  const unnamed = all('.isnine-play :is(input, button, select, textarea)')
    .filter((e) => !(e.getAttribute('aria-label') || e.labels?.[0]?.textContent.trim() || e.textContent.trim())).length;
  const mute = all('article img, .isnine-figure svg, .isnine-play')
    .filter((e) => ((e.getAttribute('alt') ?? e.getAttribute('aria-label')) || '').split(' ').length < 3).map((e) => e.outerHTML.slice(0, 120));
  return {theme: document.documentElement.dataset.theme, width: document.documentElement.scrollWidth, wide, boxed, faint, unnamed, mute,
    formulas: all('.math').length, rendered: all('.math').filter((e) => e.querySelector('mjx-container')).length, broken: all('mjx-merror, [data-mjx-error]').length};
}
