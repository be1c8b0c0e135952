"use strict";
// Notebook pages: draws the stored charts, and lets the static tables be sorted and filtered.
(() => {
  const collator = new Intl.Collator("en", { numeric: true });
  for (const block of document.querySelectorAll("script.chart-data")) {
    const figure = JSON.parse(block.textContent), place = block.previousElementSibling;
    const layout = figure.layout, caption = 30;
    if (layout.margin && layout.height) {  // the title stands above the picture, as a caption
      layout.margin.t = Math.max(layout.margin.t - caption, 8);
      layout.height -= caption;
      place.style.height = layout.height + "px";
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
    // Words in cells of a map only where they fit; the colours and the key say the same.
    const [first] = figure.data;
    if (first && first.type === "heatmap" && place.clientWidth < 110 * (first.x.length + 2)) layout.annotations = [];
    // On a phone long names would leave the bars no room; the figures below the picture hold them whole.
    if (first && first.orientation === "h" && place.clientWidth < 500) {
      const names = [...new Set(figure.data.flatMap((trace) => trace.y))];
      const cut = (name) => (name.length > 22 && !/[&<]/.test(name) ? name.slice(0, 21) + "\u2026" : name);
      Object.assign(layout.yaxis, { tickmode: "array", tickvals: names, ticktext: names.map(cut) });
      Object.assign(layout.xaxis, { nticks: 4, tickangle: 0 });
      if (layout.margin) layout.margin.r = 44;  // for the figure at a bar's end
    }
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
    for (const chart of document.querySelectorAll(".chart")) Plotly.relayout(chart, { width, autosize: width === null });
  };
  addEventListener("beforeprint", () => fit(1000));
  addEventListener("afterprint", () => fit(null));
  document.documentElement.dataset.ready = "yes";
})();
