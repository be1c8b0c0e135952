"use strict";
// The findings table: unpacks the data block, sorts, filters, and keeps only the rows in view in the page.
(async () => {
  const ROW = 54, MARGIN = 10, PRINTED = 2000;
  const SHOWN = [["control_id", "Control", 92], ["severity", "Severity", 104], ["status", "Status", 156],
    ["title", "Expected, and found", 0], ["account_name", "Account", 162], ["region", "Region", 124],
    ["resource_id", "Resource", 244]];
  const BELOW = { title: "reason", account_name: "account_id", resource_id: "resource_type" };
  const PAPER = [["control_id", "Control"], ["severity", "Severity"], ["status", "Status"], ["account_name", "Account"],
    ["region", "Region"], ["resource_id", "Resource"], ["reason", "Why"]];
  const SEARCHED = ["control_id", "title", "account_id", "account_name", "region", "resource_id", "resource_arn",
    "resource_type", "reason", "category"];
  const WORDS = { FAIL: "Failed", PASS: "Passed", MANUAL: "To be answered", NOT_ASSESSED: "Not assessed" };
  const byId = (id) => document.getElementById(id);
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const count = byId("findings-count"), box = byId("findings-box");

  async function unpacked() {
    const text = atob(byId("findings-data").textContent.trim());
    const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  let data;
  try {
    data = await unpacked();
  } catch (error) {
    count.textContent = "This browser cannot unpack the table. Every finding stands in findings.xlsx beside the report.";
    return;
  }
  const columns = data.columns;
  const value = (name, row) => columns[name].values[columns[name].codes[row]];
  let rows = Array.from({ length: data.rows }, (_, n) => n), sorted = null;

  // --- head
  const table = make("table"), group = make("colgroup"), head = make("thead"), line = make("tr"), body = make("tbody");
  for (const [name, label, width] of SHOWN) {
    const col = make("col");
    if (width) col.style.width = width + "px";
    group.append(col);
    const cell = make("th"), button = make("button", label);
    cell.scope = "col";
    cell.dataset.name = name;
    button.addEventListener("click", () => sortBy(name));
    cell.append(button);
    line.append(cell);
    cell.setAttribute("aria-sort", "none");
  }
  head.append(line);
  table.append(group, head, body);
  box.append(table);

  // --- filters
  const selects = ["status", "severity", "category", "account_name", "region", "control_id"].map((name) => {
    const select = byId("filter-" + name), labels = name === "status" ? WORDS : JSON.parse(select.dataset.labels || "{}");
    for (const v of columns[name].values) {
      const option = make("option", labels[v] || v || "(no name)");
      option.value = "=" + v;
      select.append(option);
    }
    select.addEventListener("change", apply);
    return [name, select];
  });
  const search = byId("filter-text");
  let waiting;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  byId("filter-clear").addEventListener("click", () => { choose({}); });

  function choose(wanted) {
    search.value = "";
    for (const [name, select] of selects) select.value = wanted[name] === undefined ? "" : "=" + wanted[name];
    apply();
  }

  function apply() {
    const tests = selects.filter(([, s]) => s.value !== "")
      .map(([name, s]) => [columns[name].codes, columns[name].values.indexOf(s.value.slice(1))]);
    const needle = search.value.trim().toLowerCase();
    const hits = needle && SEARCHED.map((name) =>
      [columns[name].codes, Uint8Array.from(columns[name].values, (v) => v.toLowerCase().includes(needle))]);
    rows = [];
    for (let n = 0; n < data.rows; n++) {
      if (tests.every(([codes, wanted]) => codes[n] === wanted) && (!hits || hits.some(([codes, hit]) => hit[codes[n]]))) rows.push(n);
    }
    order();
    box.scrollTop = 0;
    draw();
  }

  function sortBy(name) {
    sorted = { name, down: sorted && sorted.name === name ? !sorted.down : false };
    order();
    draw();
  }

  function order() {
    for (const cell of line.children) cell.setAttribute("aria-sort", "none");
    if (!sorted) return;
    const codes = columns[sorted.name].codes, sign = sorted.down ? -1 : 1;
    rows.sort((a, b) => sign * (codes[a] - codes[b]) || a - b);
    [...line.children].find((c) => c.dataset.name === sorted.name)
      .setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
  }

  // --- rows in view
  function cellOf(name, row) {
    const text = value(name, row), cell = make("td");
    if (name === "status") cell.append(make("span", WORDS[text] || text, "chip " + (text in WORDS ? text : "")));
    else if (name === "severity") cell.append(make("span", text, "chip " + (/^[a-z]+$/.test(text) ? text : "")));
    else if (name === "control_id") {
      const button = make("button", text, "open");
      button.dataset.row = row;
      button.setAttribute("aria-label", `${text}: evidence`);
      button.addEventListener("click", () => open(row));
      cell.append(button);
    } else {
      const below = BELOW[name] ? value(BELOW[name], row) : "";
      cell.append(make("span", text || (name === "account_name" ? "(no name)" : "")), make("small", below));
      cell.title = [text, below].filter(Boolean).join("\n").slice(0, 600);
    }
    return cell;
  }

  function spacer(lines) {
    const tr = make("tr"), td = make("td", undefined, "gap");
    td.colSpan = SHOWN.length;
    td.style.height = lines * ROW + "px";
    tr.setAttribute("aria-hidden", "true");
    tr.append(td);
    return tr;
  }

  function draw() {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - MARGIN);
    const last = Math.min(rows.length, first + Math.ceil(box.clientHeight / ROW) + 2 * MARGIN);
    const shown = rows.slice(first, last).map((row, n) => {
      const tr = make("tr");
      tr.setAttribute("aria-rowindex", first + n + 2);
      for (const [name] of SHOWN) tr.append(cellOf(name, row));
      return tr;
    });
    if (!rows.length) {
      const tr = make("tr"), td = make("td", "No finding matches.", "none");
      td.colSpan = SHOWN.length;
      tr.append(td);
      shown.push(tr);
    }
    table.setAttribute("aria-rowcount", rows.length + 1);
    const held = body.contains(document.activeElement) ? document.activeElement.dataset.row : undefined;
    body.replaceChildren(...(first ? [spacer(first)] : []), ...shown, ...(last < rows.length ? [spacer(rows.length - last)] : []));
    if (held !== undefined) body.querySelector(`[data-row="${held}"]`)?.focus({ preventScroll: true });
    count.textContent = `${rows.length.toLocaleString("en")} of ${data.rows.toLocaleString("en")} findings shown`;
  }
  let asked = false;
  box.addEventListener("scroll", () => {
    if (!asked) { asked = true; requestAnimationFrame(() => { asked = false; draw(); }); }
  });

  // --- one finding
  const dialog = byId("finding"), facts = byId("finding-facts");
  function fact(label, content) {
    const dd = make("dd");
    if (content instanceof Node) dd.append(content); else dd.textContent = content;
    facts.append(make("dt", label), dd);
  }
  function open(row) {
    const at = (name) => value(name, row);
    byId("finding-title").textContent = `${at("control_id")}  ${at("title")}`;
    facts.replaceChildren();
    const chips = make("span");
    chips.append(make("span", WORDS[at("status")] || at("status"), "chip " + at("status")), " ",
      make("span", at("severity"), "chip " + at("severity")));
    fact("Verdict", chips);
    fact("Why", at("reason") || "-");
    fact("Account", [at("account_name"), at("account_id")].filter(Boolean).join("  "));
    fact("Region", at("region"));
    fact("Resource", at("resource_id"));
    fact("Type", at("resource_type"));
    if (at("resource_arn")) fact("ARN", at("resource_arn"));
    let evidence = at("evidence");
    try { evidence = JSON.stringify(JSON.parse(evidence), null, 1); } catch (error) { /* shown as it is */ }
    fact("Evidence", make("pre", evidence));
    fact("What to do", at("remediation"));
    if (at("source").startsWith("https://")) {
      const link = make("a", at("source"));
      link.href = at("source");
      link.rel = "noopener noreferrer";
      fact("Source", link);
    }
    fact("Permalink", "#finding-" + at("fingerprint"));
    dialog.showModal();
    history.replaceState(null, "", "#finding-" + at("fingerprint"));
  }
  byId("finding-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => history.replaceState(null, "", location.pathname));

  // --- links into the table
  for (const link of document.querySelectorAll("a[href='#findings'][data-status], a[data-control]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const { control, status, severity, category } = link.dataset;
      choose({ control_id: control, status, severity, category });
      byId("findings").scrollIntoView();
      box.focus({ preventScroll: true });
    });
  }
  function follow() {
    const wanted = location.hash.startsWith("#finding-") ? location.hash.slice(9) : "";
    const code = wanted ? columns.fingerprint.values.indexOf(wanted) : -1;
    if (code >= 0) open(columns.fingerprint.codes.indexOf(code));
  }
  addEventListener("hashchange", follow);

  // --- print: the rows chosen, as a plain table
  const paper = byId("print-findings"), folded = [...document.querySelectorAll("details:not([open])")];
  addEventListener("beforeprint", () => {
    for (const part of folded) part.open = true;
    const sheet = make("table"), top = make("thead"), tr = make("tr"), rest = make("tbody");
    for (const [, label] of PAPER) tr.append(make("th", label));
    top.append(tr);
    for (const row of rows.slice(0, PRINTED)) {
      const entry = make("tr");
      for (const [name] of PAPER) {
        const text = value(name, row), cell = make("td");
        if (name === "status" || name === "severity") cell.append(make("span", WORDS[text] || text, "chip " + text));
        else cell.textContent = text || (name === "account_name" ? value("account_id", row) : "");
        entry.append(cell);
      }
      rest.append(entry);
    }
    sheet.append(top, rest);
    const left = rows.length - PRINTED;
    paper.replaceChildren(sheet, make("p", left > 0 ? `${left} more findings stand in findings.xlsx.` : ""));
  });
  addEventListener("afterprint", () => {
    paper.replaceChildren();
    for (const part of folded) part.open = false;
  });

  const failed = columns.status.values.includes("FAIL");
  choose(failed ? { status: "FAIL" } : {});
  document.documentElement.dataset.ready = "yes";
  follow();
})();
