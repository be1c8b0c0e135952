"use strict";
// Notebook pages: draws the stored charts, and lets the static tables be sorted and filtered.
(() => {
  const collator = new Intl.Collator("en", { numeric: true });
  // Where words do not fit into the cells of a map, short marks stand there and in the key: nothing is told by colour alone.
  function marked(figure, place, narrow) {
    const [map, ...keys] = figure.data, words = map.meta || [], held = [...new Set(map.z.flat())];
    // One or two initials, or the word where it is short; numbers, as the key counts, where those would not tell the words apart.
    const initials = (word) => (word.length < 4 ? word : word.split(/[ ,]+/).map((part) => part[0]).join(""));
    const short = held.map((code) => initials(words[code] || "")), order = keys.map((key) => key.name).filter((name) => words.includes(name));
    const plain = new Set(short).size === short.length && held.every((code, n) => short[n].length < 3 || short[n] === words[code]);
    const mark = (word) => (plain || word.length < 4 ? initials(word) : String(order.indexOf(word) + 1));
    const dark = (code) => {
      const [, r, g, b] = /^#(..)(..)(..)$/.exec(map.colorscale[2 * code][1]).map((part) => parseInt(part, 16));
      return 0.3 * r + 0.6 * g + 0.1 * b < 140;
    };
    const cell = (x, y, code) => ({ x, y, text: mark(words[code]), showarrow: false, font: { size: 11, color: dark(code) ? "#fff" : "#17222d" } });
    figure.layout.annotations = words.length ? map.z.flatMap((row, y) => row.map((code, x) => cell(x, y, code))) : [];
    for (const key of keys) if (words.includes(key.name) && mark(key.name) !== key.name) key.name = `${mark(key.name)}: ${key.name}`;
    const least = 110 + 27 * map.x.length;
    place.style.minWidth = least + "px";
    if (least > place.parentElement.clientWidth) place.parentElement.tabIndex = 0;  // it scrolls
    const longest = Math.max(...map.x.map((name) => String(name).length));
    if (narrow && longest * 7 * map.x.length > place.clientWidth - 110) figure.layout.height += Math.min(5 * longest, 120);
  }

  // The key stands in one column where its entries do not fit side by side.
  function legendRoom(traces, width) {
    const keys = traces.filter((trace) => trace.name);
    return keys.length > 1 && keys.reduce((sum, key) => sum + 50 + 8 * key.name.length, 0) > width - 110 ? 19 * (keys.length - 1) : 0;
  }

  for (const block of document.querySelectorAll("script.chart-data")) {
    const figure = JSON.parse(block.textContent), place = block.previousElementSibling;
    const layout = figure.layout, caption = 30;
    if (layout.margin && layout.height) {  // the title stands above the picture, as a caption
      layout.margin.t = Math.max(layout.margin.t - caption, 8);
      layout.height -= caption;
    }
    const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink");
    if (matchMedia("(prefers-color-scheme: dark)").matches) {  // plotly knows nothing of style sheets
      Object.assign(layout, { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { ...layout.font, color: ink } });
      const line = getComputedStyle(document.documentElement).getPropertyValue("--line");
      for (const axis of [layout.xaxis, layout.yaxis]) {
        if (!axis) continue;
        Object.assign(axis, { gridcolor: line, zerolinecolor: line });
        if (axis.title && axis.title.font) axis.title.font.color = ink;
      }
    }
    const [first] = figure.data, narrow = place.clientWidth < 500;
    const names = first && first.type === "heatmap" ? first.y : first && first.orientation === "h" ? [...new Set(figure.data.flatMap((trace) => trace.y))] : [];
    if (first && first.type === "heatmap" && (!layout.annotations || place.clientWidth < 110 * (first.x.length + 2))) marked(figure, place, narrow);
    if (narrow) layout.height += legendRoom(figure.data, place.clientWidth);
    // On a phone long names would leave the bars no room; the figures below the picture hold them whole.
    if (first && first.orientation === "h" && narrow) {
      const head = (name) => name.slice(0, 21) + "\u2026", heads = names.map(head);
      const once = (name) => heads.indexOf(head(name)) === heads.lastIndexOf(head(name));
      const ends = (name) => name.slice(0, 8) + "\u2026" + name.slice(-13);  // names that begin alike are told by their ends
      const cut = (name) => (name.length <= 22 || /[&<]/.test(name) ? name : once(name) ? head(name) : ends(name));
      Object.assign(layout.yaxis, { tickmode: "array", tickvals: names, ticktext: names.map(cut) });
      Object.assign(layout.xaxis, { nticks: 4, tickangle: 0 });
      if (layout.margin) layout.margin.r = 44;  // for the figure at a bar's end
    }
    place.style.height = layout.height + "px";
    place.tall = layout.height;
    place.low = layout.height - 10 * names.length;  // on paper rows stand closer
    Plotly.newPlot(place, figure.data, figure.layout, { displayModeBar: false, responsive: true, showTips: false });
  }
  for (const box of document.querySelectorAll(".rowsbox")) {
    const body = box.querySelector("tbody"), heads = [...box.querySelectorAll("thead th")];
    if (!body || body.rows.length < 2) continue;
    heads.forEach((head, n) => {
      head.setAttribute("aria-sort", "none");
      head.tabIndex = 0;
      const sort = () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((h) => h.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const text = (row) => row.cells[n].dataset.sort || row.cells[n].textContent.replace(/(\d),(?=\d{3})/g, "$1");
        body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * collator.compare(text(a), text(b))));
      };
      head.addEventListener("click", sort);
      head.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        sort();
      });
    });
    if (body.rows.length < 8) continue;
    const filter = document.createElement("input");
    filter.className = "rowsfilter";
    filter.type = "search";
    filter.placeholder = "Filter rows";
    filter.setAttribute("aria-label", "Filter rows of the table below");
    filter.addEventListener("input", () => {
      const needle = filter.value.toLowerCase();
      for (const row of body.rows) row.hidden = !row.textContent.toLowerCase().includes(needle);
    });
    box.before(filter);
  }
  // Paper is narrower than the screen: the pictures are drawn anew in its width, then put back.
  const fit = (width) => {
    for (const chart of document.querySelectorAll(".chart")) {
      const height = width === null ? chart.tall : chart.low;
      chart.style.height = height + "px";
      Plotly.relayout(chart, { width, height, autosize: width === null });
    }
  };
  addEventListener("beforeprint", () => fit(1000));
  addEventListener("afterprint", () => fit(null));
  document.documentElement.dataset.ready = "yes";
})();
