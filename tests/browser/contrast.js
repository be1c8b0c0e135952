// Gives the texts whose contrast with what they stand on is below 4.5 to 1 (WCAG 2, level AA).
() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(Number).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  const worded = (node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.offsetParent && !node.closest("svg, .h-NOT_ASSESSED, [disabled]") && worded(node))
    .flatMap((node) => {
      const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      return ratio < 4.5 ? [`${node.className || node.tagName}: ${node.textContent.slice(0, 30)}: ${ratio.toFixed(2)}`] : [];
    })
    .slice(0, 20);
}
