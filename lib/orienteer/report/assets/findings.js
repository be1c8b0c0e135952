"use strict";
// The findings table: unpacks the data block, filters, sorts, groups, and keeps only the rows in view in the page.
(async () => {
  const ROW = 76, MARGIN = 8, PRINTED = 1000, GAP = "\u2013";
  const SHOWN = [["severity", "Severity", 176], ["reason", "Found, and the control that looked", 0],
    ["account_name", "Account", 180], ["region", "Region", 128], ["resource_id", "Resource", 270]];
  const BELOW = { account_name: "account_id", resource_id: "resource_type" };
  const FACETS = [["status", "Status"], ["severity", "Severity"], ["decision", "Decision"], ["category", "Category"],
    ["account_id", "Account"], ["region", "Region"], ["control_id", "Control"], ["resource_type", "Type"]];
  const HIDDEN = ["issue", "resource_id"];  // filters that links and groups set, without a list of their own
  const SEARCHED = ["control_id", "title", "account_id", "account_name", "region", "resource_id", "resource_arn",
    "resource_type", "reason", "category", "fingerprint"];
  const EXPORTED = ["status", "severity", "control_id", "title", "reason", "account_id", "account_name", "region",
    "resource_type", "resource_id", "resource_arn", "remediation", "decision", "decided_by", "decided_on", "expires",
    "issue", "fingerprint"];
  const WORDS = { FAIL: "Failed", PASS: "Passed", MANUAL: "To be answered", NOT_ASSESSED: "Not assessed" };
  const DECIDED = { accepted: "Accepted", false_positive: "False positive", fix: "To fix", answered: "Answered", "": "None" };
  const NOUNS = { issue: "issue", control_id: "control", account_id: "account", resource_id: "resource" };
  const byId = (id) => document.getElementById(id);
  const make = (tag, text, name) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (name) node.className = name;
    return node;
  };
  const some = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
  const chip = (word, name) => make("span", word, "chip " + (/^[A-Za-z_]+$/.test(name) ? name : ""));
  const note = byId("findings-count"), box = byId("findings-box"), search = byId("filter-text"), grouping = byId("filter-group");

  async function unpacked() {
    const text = atob(byId("findings-data").textContent.trim());
    const bytes = new Uint8Array(text.length);
    for (let n = 0; n < text.length; n++) bytes[n] = text.charCodeAt(n);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  let data;
  try {
    data = await unpacked();
  } catch (error) {
    note.textContent = "This browser cannot unpack the table. Every finding stands in findings.xlsx beside the report.";
    return;
  }
  for (const column of Object.values(data.columns)) {
    column.codes = column.values.length > 1 ? Uint32Array.from(column.codes) : new Uint32Array(data.rows);
    if (!column.values.length) column.values = [""];
  }
  const columns = data.columns, labels = JSON.parse(byId("facets").dataset.labels);
  const value = (name, row) => columns[name].values[columns[name].codes[row]];
  const names = new Map();
  columns.account_id.codes.forEach((code, row) => { if (!names.has(code)) names.set(code, row); });

  function worded(name, text) {
    if (name === "status") return WORDS[text] || text;
    if (name === "decision") return DECIDED[text] || text;
    if (name === "category") return labels[text] || text;
    if (name === "issue") return Object.hasOwn(data.issues, text) ? data.issues[text] : "No issue: nothing failed";
    if (name === "account_id") {
      const at = names.get(columns.account_id.values.indexOf(text)), known = at === undefined ? "" : value("account_name", at);
      return known ? `${known} (${text})` : text;
    }
    return text || "(none)";
  }

  // --- what is chosen
  const chosen = Object.fromEntries([...FACETS.map(([name]) => name), ...HIDDEN].map((name) => [name, new Set()]));
  let rows = [], lines = [], sorted = null, counts = {};
  const unfolded = new Set();

  function apply(keep) {
    const active = Object.keys(chosen).filter((name) => chosen[name].size);
    const facets = FACETS.map(([name]) => name).filter((name) => columns[name].values.length > 1 || chosen[name].size);
    const tests = active.map((name) => [columns[name].codes, chosen[name], facets.indexOf(name)]);
    const codes = facets.map((name) => columns[name].codes);
    counts = Object.fromEntries(facets.map((name) => [name, new Uint32Array(columns[name].values.length)]));
    const tallies = facets.map((name) => counts[name]);
    const needle = search.value.trim().toLowerCase();
    const hits = needle && SEARCHED.map((name) =>
      [columns[name].codes, Uint8Array.from(columns[name].values, (v) => v.toLowerCase().includes(needle))]);
    rows = [];
    for (let n = 0; n < data.rows; n++) {
      if (hits && !hits.some(([held, hit]) => hit[held[n]])) continue;
      let missed = 0, which = -1;
      for (const [held, wanted, at] of tests) if (!wanted.has(held[n])) { missed++; which = at; if (missed > 1) break; }
      if (!missed) {
        rows.push(n);
        for (let k = 0; k < codes.length; k++) tallies[k][codes[k][n]]++;
      } else if (missed === 1 && which >= 0) tallies[which][codes[which][n]]++;
    }
    order();
    if (!keep) box.scrollTop = 0;
    describe();
    draw();
  }

  function order() {
    for (const cell of line.children) cell.setAttribute("aria-sort", "none");
    if (sorted) {
      const codes = columns[sorted.name].codes, sign = sorted.down ? -1 : 1;
      rows.sort((a, b) => sign * (codes[a] - codes[b]) || a - b);
      [...line.children].find((c) => c.dataset.name === sorted.name)
        ?.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
    }
    const by = grouping.value;
    if (!by) { lines = rows; return; }
    const groups = new Map(), codes = columns[by].codes;
    for (const row of rows) {
      const group = groups.get(codes[row]);
      if (group) group.push(row); else groups.set(codes[row], [row]);
    }
    lines = [];
    for (const [code, held] of groups) {
      lines.push({ code, held });
      if (unfolded.has(code)) lines.push(...held);
    }
  }

  function choose(wanted) {
    search.value = wanted.q || "";
    grouping.value = wanted.group || "";
    unfolded.clear();
    for (const name of Object.keys(chosen)) {
      chosen[name] = new Set((wanted[name] || []).map((v) => columns[name].values.indexOf(v)).filter((code) => code >= 0));
      if (wanted[name]?.length && !chosen[name].size) chosen[name].add(-1);
    }
    apply();
  }

  // --- the address holds what is chosen
  function address() {
    const told = new URLSearchParams();
    for (const [name, codes] of Object.entries(chosen)) for (const code of codes) told.append(name, columns[name].values[code] ?? "");
    if (search.value.trim()) told.set("q", search.value.trim());
    if (grouping.value) told.set("group", grouping.value);
    if (sorted) told.set("sort", (sorted.down ? "-" : "") + sorted.name);
    return "#findings?" + told;
  }
  const remember = () => history.replaceState(null, "", address());

  function read(hash) {
    const told = new URLSearchParams(hash.slice("#findings?".length)), wanted = {};
    for (const name of Object.keys(chosen)) wanted[name] = told.getAll(name);
    wanted.q = told.get("q") || "";
    wanted.group = Object.hasOwn(NOUNS, told.get("group")) ? told.get("group") : "";
    const sort = told.get("sort") || "", name = sort.replace(/^-/, "");
    sorted = SHOWN.some(([known]) => known === name) ? { name, down: sort.startsWith("-") } : null;
    choose(wanted);
  }

  // --- head
  const table = make("table"), group = make("colgroup"), head = make("thead"), line = make("tr"), body = make("tbody");
  for (const [name, label, width] of SHOWN) {
    const col = make("col"), cell = make("th"), button = make("button", label);
    if (width) col.style.width = width + "px";
    group.append(col);
    cell.scope = "col";
    cell.dataset.name = name;
    cell.setAttribute("aria-sort", "none");
    button.type = "button";
    button.addEventListener("click", () => {
      sorted = { name, down: sorted && sorted.name === name ? !sorted.down : false };
      order();
      draw();
      remember();
    });
    cell.append(button);
    line.append(cell);
  }
  head.append(line);
  table.append(group, head, body);
  box.append(table);

  // --- filters: several choices each, with how many findings each would show
  const summaries = {};
  for (const [name, label] of FACETS) {
    if (columns[name].values.length < 2) continue;
    const facet = make("details", undefined, "facet"), summary = make("summary", label), list = make("div", undefined, "choices");
    facet.id = "facet-" + name;
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", label);
    facet.append(summary, list);
    facet.addEventListener("toggle", () => {
      if (!facet.open) return;
      for (const other of document.querySelectorAll(".facet[open]")) if (other !== facet) other.open = false;
      choices(name, list);
    });
    facet.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { facet.open = false; summary.focus(); }
    });
    summaries[name] = summary;
    byId("facets").append(facet);
  }
  addEventListener("click", (event) => {
    for (const facet of document.querySelectorAll(".facet[open]")) if (!facet.contains(event.target)) facet.open = false;
  });

  function choices(name, list) {
    list.replaceChildren(...columns[name].values.map((text, code) => {
      const choice = make("label"), tick = make("input"), many = counts[name] ? counts[name][code] : 0;
      tick.type = "checkbox";
      tick.value = text;
      tick.checked = chosen[name].has(code);
      tick.addEventListener("change", () => {
        if (tick.checked) chosen[name].add(code); else chosen[name].delete(code);
        apply();
        remember();
        for (const [n, other] of list.querySelectorAll("span.many").entries()) other.textContent = counts[name][n].toLocaleString("en");
      });
      choice.append(tick, make("span", worded(name, text)), make("span", many.toLocaleString("en"), "many"));
      return choice;
    }));
  }

  function describe() {
    for (const [name, label] of FACETS) {
      if (!summaries[name]) continue;
      const picked = [...chosen[name]].map((code) => worded(name, columns[name].values[code] ?? "nothing known"));
      summaries[name].textContent = picked.length ? `${label}: ${picked.length > 2 ? picked.length + " chosen" : picked.join(", ")}` : label;
      summaries[name].classList.toggle("on", picked.length > 0);
    }
    const only = HIDDEN.filter((name) => chosen[name].size)
      .map((name) => ` Only ${NOUNS[name]}: ${[...chosen[name]].map((c) => worded(name, columns[name].values[c] ?? "")).join(", ")}.`);
    note.textContent = `${rows.length.toLocaleString("en")} of ${some(data.rows, "finding")} shown${only.length ? "." : ""}${only.join("")}`;
  }

  let waiting;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => { apply(); remember(); }, 120); });
  grouping.addEventListener("change", () => { unfolded.clear(); apply(); remember(); });
  byId("filter-clear").addEventListener("click", () => { sorted = null; choose({}); remember(); });

  // --- rows in view
  function found(row) {
    const cell = make("td"), button = make("button", value("reason", row) || value("title", row), "open");
    button.type = "button";
    button.dataset.key = row;
    button.addEventListener("click", () => open(row));
    cell.append(button, make("small", `${value("control_id", row)}  ${value("title", row)}`));
    cell.title = value("reason", row).slice(0, 600);
    return cell;
  }

  function cellOf(name, row) {
    if (name === "reason") return found(row);
    const cell = make("td"), text = value(name, row);
    if (name === "severity") {
      const status = value("status", row), decision = value("decision", row);
      if (status === "FAIL") cell.append(chip(text, text));
      cell.append(chip(WORDS[status] || status, status));
      if (decision) cell.append(chip(DECIDED[decision] || decision, "decided"));
      cell.className = "marks";
      return cell;
    }
    const below = BELOW[name] ? value(BELOW[name], row) : "";
    const short = name === "resource_id" && text.startsWith("arn:") ? text.split(":").slice(5).join(":") : text;
    cell.append(make("span", short || (name === "account_name" ? "(no name)" : GAP)), make("small", below));
    cell.title = [text, below].filter(Boolean).join("\n").slice(0, 600);
    return cell;
  }

  // On a phone the style sheet leaves the first two columns.
  const across = () => (matchMedia("(max-width: 600px)").matches ? 2 : SHOWN.length);

  function header(entry) {
    const tr = make("tr", undefined, "group"), td = make("td"), button = make("button", undefined, "fold"), by = grouping.value;
    td.colSpan = across();
    button.type = "button";
    button.dataset.key = "g" + entry.code;
    button.setAttribute("aria-expanded", unfolded.has(entry.code));
    const failed = entry.held.filter((row) => value("status", row) === "FAIL");
    const worst = failed.length ? columns.severity.values[Math.min(...failed.map((row) => columns.severity.codes[row]))] : "";
    if (worst) button.append(chip(worst, worst), " ");
    const first = entry.held[0];
    const told = by === "control_id" ? `${value(by, first)}  ${value("title", first)}` : worded(by, columns[by].values[entry.code]);
    button.append(make("b", told), make("span", ` ${some(entry.held.length, "finding")}, ${failed.length.toLocaleString("en")} failed`, "soft"));
    button.addEventListener("click", () => {
      if (!unfolded.delete(entry.code)) unfolded.add(entry.code);
      order();
      draw();
    });
    td.append(button);
    tr.append(td);
    return tr;
  }

  function spacer(many) {
    const tr = make("tr"), td = make("td", undefined, "gap");
    td.colSpan = across();
    td.style.height = many * ROW + "px";
    tr.setAttribute("aria-hidden", "true");
    tr.append(td);
    return tr;
  }

  function draw() {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - MARGIN);
    const last = Math.min(lines.length, first + Math.ceil(box.clientHeight / ROW) + 2 * MARGIN);
    const shown = lines.slice(first, last).map((entry, n) => {
      const tr = typeof entry === "number" ? make("tr") : header(entry);
      tr.setAttribute("aria-rowindex", first + n + 2);
      if (typeof entry === "number") for (const [name] of SHOWN) tr.append(cellOf(name, entry));
      return tr;
    });
    if (!lines.length) {
      const tr = make("tr"), td = make("td", "No finding matches.", "none");
      td.colSpan = across();
      tr.append(td);
      shown.push(tr);
    }
    table.setAttribute("aria-rowcount", lines.length + 1);
    const held = body.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    body.replaceChildren(...(first ? [spacer(first)] : []), ...shown, ...(last < lines.length ? [spacer(lines.length - last)] : []));
    if (held !== undefined) body.querySelector(`[data-key="${held}"]`)?.focus({ preventScroll: true });
  }
  let asked = false;
  box.addEventListener("scroll", () => {
    if (!asked) { asked = true; requestAnimationFrame(() => { asked = false; draw(); }); }
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = [...body.querySelectorAll("button")], at = buttons.indexOf(document.activeElement);
    const next = buttons[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  // --- one finding
  const dialog = byId("finding"), facts = byId("finding-facts"), place = byId("finding-place");
  let current = -1;
  function fact(label, content) {
    const dd = make("dd");
    if (content instanceof Node) dd.append(content); else dd.textContent = content;
    facts.append(make("dt", label), dd);
  }

  function listed(known, depth) {
    if (known === null || known === undefined) return make("span", "not set", "soft");
    if (typeof known === "boolean") return make("span", known ? "yes" : "no");
    if (known === "") return make("span", "(empty)", "soft");
    if (typeof known !== "object" || depth > 5) return make("span", typeof known === "object" ? JSON.stringify(known) : String(known));
    if (Array.isArray(known)) {
      if (!known.length) return make("span", "none", "soft");
      const flat = known.every((one) => one === null || typeof one !== "object") && known.map((one) => (one === "" ? "(empty)" : String(one)));
      if (flat && flat.join(", ").length < 120) return make("span", flat.join(", "));
      const list = make("ul");
      for (const one of known) { const item = make("li"); item.append(listed(one, depth + 1)); list.append(item); }
      return list;
    }
    const list = make("dl", undefined, "evidence");
    for (const [name, one] of Object.entries(known)) {
      const dd = make("dd");
      dd.append(listed(one, depth + 1));
      list.append(make("dt", name.replaceAll("_", " ")), dd);
    }
    return Object.keys(known).length ? list : make("span", "none", "soft");
  }

  function evidence(text) {
    try { return listed(JSON.parse(text), 0); } catch (error) { return make("span", text); }
  }

  const link = () => location.href.replace(/#.*/s, "") + "#finding-" + value("fingerprint", current);

  function open(row) {
    current = row;
    const at = (name) => value(name, row), chips = make("span");
    byId("finding-title").textContent = at("reason") || at("title");
    facts.replaceChildren();
    if (at("status") === "FAIL") chips.append(chip(at("severity"), at("severity")), " ");
    chips.append(chip(WORDS[at("status")] || at("status"), at("status")));
    fact("Verdict", chips);
    fact("Expected", `${at("control_id")}  ${at("title")}`);
    if (at("why")) fact("Why it matters", at("why"));
    fact("Account", [at("account_name"), at("account_id")].filter(Boolean).join("  "));
    fact("Region", at("region"));
    fact("Resource", [at("resource_id"), at("resource_type")].filter(Boolean).join("  "));
    if (at("resource_arn")) fact("ARN", at("resource_arn"));
    if (Object.hasOwn(data.answers, at("resource_arn")) && at("evidence").includes("exposure_class")) {
      const answer = make("a", "Everybody who can reach it, by which statement");
      answer.href = data.answers[at("resource_arn")];
      fact("Who can", answer);
    }
    fact("Evidence", evidence(at("evidence")));
    fact("What to do", at("remediation").replace(/^[a-z]+(?=[\s,])/, (word) => word[0].toUpperCase() + word.slice(1)));
    if (Object.hasOwn(data.issues, at("issue"))) {
      const issue = make("a", data.issues[at("issue")]);
      issue.href = byId("issue-" + at("issue")) ? "#issue-" + at("issue") : "#findings?issue=" + at("issue");
      issue.addEventListener("click", () => { leaving = true; dialog.close(); });
      fact("Issue", issue);
    }
    if (at("decided_by") || at("decision")) {
      fact("Decision", `${at("decision") ? DECIDED[at("decision")] || at("decision") : "Expired"}, by ${at("decided_by") || "nobody named"} on ${at("decided_on") || "no date"}${at("expires") ? ", until " + at("expires") : ""}`);
    }
    if (at("source").startsWith("https://")) {
      const source = make("a", at("source"));
      source.href = at("source");
      source.rel = "noopener noreferrer";
      fact("Source", source);
    }
    fact("Permalink", "#finding-" + at("fingerprint"));
    const where = rows.indexOf(row);
    place.textContent = where < 0 ? "Not among the findings shown in the table" : `${(where + 1).toLocaleString("en")} of ${some(rows.length, "finding")} shown`;
    byId("finding-before").disabled = where <= 0;
    byId("finding-after").disabled = where < 0 || where >= rows.length - 1;
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    history.replaceState(null, "", "#finding-" + at("fingerprint"));
  }
  let leaving = false;
  function turn(step) {
    const next = rows[rows.indexOf(current) + step];
    if (next !== undefined) open(next);
  }
  byId("finding-before").addEventListener("click", () => turn(-1));
  byId("finding-after").addEventListener("click", () => turn(1));
  byId("finding-close").addEventListener("click", () => dialog.close());
  byId("finding-copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link());
      place.textContent = "The link is copied.";
    } catch (error) {
      place.textContent = "Copy this link: " + link();
    }
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });
  dialog.addEventListener("close", () => {
    if (!leaving) remember();
    leaving = false;
    body.querySelector(`[data-key="${current}"]`)?.focus({ preventScroll: true });
  });

  // --- what is shown, as CSV; a cell that a spreadsheet would run begins with an apostrophe
  byId("filter-export").addEventListener("click", () => {
    const cell = (text) => `"${(/^\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? "'" + text : text).replaceAll('"', '""')}"`;
    const told = [EXPORTED, ...rows.map((row) => EXPORTED.map((name) => value(name, row)))];
    const file = new Blob(["\ufeff" + told.map((one) => one.map(cell).join(",")).join("\r\n") + "\r\n"], { type: "text/csv" });
    const anchor = make("a");
    anchor.href = URL.createObjectURL(file);
    anchor.download = "findings-shown.csv";
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 10000);
  });

  // --- addresses: #finding-..., #issue-..., #findings?...
  function follow() {
    const hash = location.hash;
    if (hash.startsWith("#findings?")) {
      if (dialog.open) { leaving = true; dialog.close(); }
      read(location.hash);
      byId("findings").scrollIntoView();
      box.focus({ preventScroll: true });
    } else if (hash.startsWith("#finding-")) {
      const code = columns.fingerprint.values.indexOf(hash.slice(9));
      if (code >= 0) open(columns.fingerprint.codes.indexOf(code));
    } else if (hash.startsWith("#issue-")) {
      const part = byId(hash.slice(1));
      if (part) { part.open = true; part.scrollIntoView(); } else { choose({ issue: [hash.slice(7)] }); byId("findings").scrollIntoView(); }
    }
  }
  addEventListener("hashchange", follow);

  // --- print: what is folded opens, save the minor issues; the rows chosen stand as a plain table
  const paper = byId("print-findings"), folded = [...document.querySelectorAll("details:not([open])")]
    .filter((part) => !part.classList.contains("facet") && (!part.classList.contains("issue") || part.querySelector("summary .critical")));
  const byHand = () => Object.entries(chosen).some(([name, codes]) => codes.size && name !== "status") || search.value.trim();
  addEventListener("beforeprint", () => {
    for (const part of folded) part.open = true;
    if (!byHand()) {
      paper.replaceChildren(make("p", "All findings stand in findings.xlsx. Choose some with the filters to have them printed here."));
      return;
    }
    const sheet = make("table"), top = make("thead"), tr = make("tr"), rest = make("tbody");
    for (const label of ["Severity", "Status", "Control", "Account", "Region", "Resource", "Found"]) tr.append(make("th", label));
    top.append(tr);
    for (const row of rows.slice(0, PRINTED)) {
      const entry = make("tr"), status = value("status", row);
      const cells = [status === "FAIL" ? value("severity", row) : "", WORDS[status] || status, value("control_id", row),
        value("account_name", row) || value("account_id", row), value("region", row), value("resource_id", row), value("reason", row)];
      entry.append(...cells.map((text) => make("td", text)));
      rest.append(entry);
    }
    sheet.append(top, rest);
    const left = rows.length - PRINTED;
    paper.replaceChildren(sheet, make("p", left > 0 ? `${some(left, "more finding")} in findings.xlsx.` : ""));
  });
  addEventListener("afterprint", () => {
    paper.replaceChildren();
    for (const part of folded) part.open = false;
  });

  const failed = columns.status.values.includes("FAIL");
  choose(failed ? { status: ["FAIL"] } : {});
  document.documentElement.dataset.ready = "yes";
  performance.mark("ready");
  follow();
})();
