"use strict";
// Sorts, filters, copies, and shows the ratios to another baseline. It formats what Python computed and computes nothing.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const VERDICTS = { f: "faster", s: "slower", t: "tie", i: "inconclusive" };
  const TURNED = { f: "s", s: "f" };
  const ABSENT = ".failed, .not-offered"; // cells without a figure
  const UNITS = { µs: 1e-6, ms: 1e-3 };
  const HOLDS = { "≥ ": "faster", "≤ ": "slower" };
  const find = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const matrices = all("table.matrix");
  for (const { columns } of Object.values(data.tables)) for (const column of columns) column.r = column.r.split(" ");
  const everyone = Object.values(data.suts).flat();
  // A SUT's interface, server and data layer, which stand beside its name in one table.
  const traits = new Map(all("#facts tbody tr").map((row) => [row.dataset.sut, row.textContent.toLowerCase()]));
  const state = { baseline: data.baseline, filter: "", sort: null };

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  // Three significant digits, and an interval in the decimals of its ratio.
  const decimals = (value) => Math.max(0, 2 - Number(value.toExponential(2).split("e")[1]));
  const say = (text) => { find("status").textContent = text; };

  // Baseline ---------------------------------------------------------------------------------------------------------
  // Where a SUT has no row, as on another server or database, the same app stands for it, as in Python.
  const anchorOf = (table, group) => {
    const rows = new Set(all("tbody tr", table).map((row) => row.dataset.sut));
    const inside = data.suts[group].filter((sut) => rows.has(sut[0]));
    const chosen = everyone.find((sut) => sut[0] === state.baseline);
    const beside = inside.filter((sut) => sut[2] === chosen[2]);
    return beside.find((sut) => sut === chosen) || beside[0] || inside[0];
  };

  const ratioOf = (column, count, sut, anchor) => {
    const [earlier, later] = sut < anchor ? [sut, anchor] : [anchor, sut];
    const pair = earlier * count - (earlier * (earlier + 1)) / 2 + later - earlier - 1;
    const letter = column.v[pair];
    if (letter === "-") return null;
    const numbers = column.r.slice(5 * pair, 5 * pair + 5).map((value) => (value ? Number(value) : null));
    const [ratio, low, high, least, most] = numbers;
    if (sut === later) return { ratio, low, high, least, most, verdict: VERDICTS[letter] };
    const turned = (value) => (value === null ? null : 1 / value);
    return {
      ratio: 1 / ratio, low: turned(high), high: turned(low), least: turned(most), most: turned(least),
      verdict: VERDICTS[TURNED[letter] || letter],
    };
  };

  // Where the generator may have held down one side, the ratio is a bound; where both, it may be anything.
  const bounded = (found, held, sut, anchor) => {
    const [mine, theirs] = [held.includes(sut), held.includes(anchor)];
    if (!found || (mine && theirs)) return null;
    if (mine === theirs) return { bound: "", ...found };
    const bound = mine ? "≥ " : "≤ ";
    return { ...found, bound, verdict: found.verdict === HOLDS[bound] ? found.verdict : "inconclusive" };
  };

  const shade = (verdict, ratio) => {
    if (verdict !== "faster" && verdict !== "slower") return verdict;
    const value = Number(ratio);
    return `${verdict[0]}${1 + data.steps.filter((limit) => value >= limit || value * limit <= 1).length}`;
  };

  const paint = (cell, found) => {
    const kept = cell.querySelector("span");
    if (!found && !kept) { cell.className = "none"; cell.replaceChildren("–"); return; }
    const verdict = found ? found.verdict : "inconclusive";
    const places = found ? decimals(found.ratio) : 0;
    const ratio = found ? found.ratio.toFixed(places) : "";
    cell.className = found ? shade(verdict, ratio) : verdict;
    const parts = [make("i", { textContent: `${verdict} ` })];
    if (found) parts.push(make("b", { textContent: `${found.bound}${ratio}x` }));
    if (found && found.low !== null && found.high !== null) {
      parts.push(" ", make("em", { textContent: `[${found.low.toFixed(places)}-${found.high.toFixed(places)}]` }));
    }
    if (found && found.least !== null && found.most !== null) {
      parts.push(" ", make("small", { textContent: `${found.least.toFixed(places)}-${found.most.toFixed(places)}` }));
    }
    if (kept) parts.push(" ", kept);
    cell.replaceChildren(...parts);
  };

  const rebase = (table) => {
    if (!data.tables[table.id]) return; // too large to travel: it keeps the baseline that its caption names
    const { group, columns } = data.tables[table.id];
    const suts = data.suts[group].map((sut) => sut[0]);
    const anchor = suts.indexOf(anchorOf(table, group)[0]);
    const own = { bound: "", ratio: 1, low: null, high: null, least: null, most: null, verdict: "baseline" };
    for (const row of all("tbody tr", table)) {
      const sut = suts.indexOf(row.dataset.sut);
      row.classList.toggle("base", sut === anchor);
      all("td", row).forEach((cell, index) => {
        if (cell.matches(ABSENT)) return;
        const column = columns[index];
        const measured = cell.querySelector("span") || column.v !== "";
        const found = () => bounded(ratioOf(column, suts.length, sut, anchor), column.held || [], sut, anchor);
        paint(cell, sut === anchor ? (measured ? own : null) : found());
      });
    }
    for (const told of all(".anchor", table)) told.textContent = data.suts[group][anchor][1];
  };

  // Filter and order -------------------------------------------------------------------------------------------------
  const filter = () => {
    const words = state.filter.toLowerCase().split(",").map((word) => word.trim()).filter(Boolean);
    const shown = new Set();
    for (const row of all("tr[data-sut]")) {
      const text = `${row.dataset.sut} ${row.cells[0].textContent}`.toLowerCase() + traits.get(row.dataset.sut);
      row.hidden = words.length > 0 && !words.some((word) => text.includes(word));
      if (!row.hidden) shown.add(row.dataset.sut);
    }
    return `${shown.size} of ${everyone.length} shown`;
  };

  // What a cell tells: its figure, or over all workloads its ratio.
  const amount = (cell) => {
    const text = cell.querySelector("span, b") && (cell.querySelector("span") || cell.querySelector("b")).textContent;
    const found = text && !cell.matches(ABSENT) && text.match(/([\d.,]+) ?(µs|ms)?/);
    return found ? Number(found[1].replace(/,/g, "")) * (UNITS[found[2]] || 1) : null;
  };

  const compare = (key) => (one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return (a === null) - (b === null); // what has no figure goes last, either way
    return typeof a === "string" ? a.localeCompare(b) : a - b;
  };

  const order = (table) => {
    const [column, direction] = state.sort && state.sort[0] === table.id ? state.sort.slice(1) : [null, null];
    for (const head of all("thead th", table)) {
      head.setAttribute("aria-sort", head.dataset.key === column ? direction : "none");
    }
    const rows = table.original.slice();
    if (column !== null) {
      const index = all("thead th", table).findIndex((head) => head.dataset.key === column);
      const sign = direction === "ascending" ? 1 : -1;
      const value = (row) => {
        if (index === 0) return row.cells[0].textContent;
        const found = amount(row.cells[index]);
        return found === null ? null : sign * found;
      };
      rows.sort(compare(value));
      if (index === 0 && sign < 0) rows.reverse();
    }
    table.tBodies[0].append(...rows);
  };

  // State in the address ---------------------------------------------------------------------------------------------
  const write = () => {
    const told = new URLSearchParams();
    if (state.baseline !== data.baseline) told.set("baseline", state.baseline);
    if (state.filter) told.set("filter", state.filter);
    if (state.sort) told.set("sort", state.sort.join("."));
    const address = new URL(location.href);
    address.hash = told.toString();
    history.replaceState(null, "", address);
  };

  let waiting;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(write, 200); }; // browsers refuse an address a keystroke

  const read = () => {
    const told = new URLSearchParams(location.hash.slice(1));
    const baseline = told.get("baseline");
    state.baseline = everyone.some((sut) => sut[0] === baseline) ? baseline : data.baseline;
    state.filter = told.get("filter") || "";
    const [id, column, direction] = (told.get("sort") || "").split(".");
    const table = matrices.find((each) => each.id === id);
    const known = table && all("thead th", table).some((head) => head.dataset.key === column);
    state.sort = known && ["ascending", "descending"].includes(direction) ? [id, column, direction] : null;
  };

  const show = () => {
    find("baseline").value = state.baseline;
    find("filter").value = state.filter;
    matrices.forEach(rebase);
    matrices.forEach(order);
    return filter();
  };

  // Copying: what is shown, in the order in which it is shown --------------------------------------------------------
  const clean = (text) => text.replace(/\s+/g, " ").trim();
  const textOf = (cell) => {
    const copy = cell.cloneNode(true);
    all("sup", copy).forEach((each) => each.remove());
    return clean(copy.textContent);
  };

  const records = (table) => {
    const heads = all("thead th", table).map((head) => head.dataset.key || clean(head.textContent));
    const rows = all("tbody tr", table).filter((row) => !row.hidden);
    if (!table.classList.contains("matrix")) {
      return rows.map((row) => Object.fromEntries([...row.cells].map((cell, index) => [heads[index], textOf(cell)])));
    }
    const part = (cell, selector) => textOf(cell.querySelector(selector) || make("i"));
    const baseline = table.querySelector(".base").dataset.sut;
    return rows.flatMap((row) => [...row.cells].slice(1).map((cell, index) => {
      const [low, high] = part(cell, "em").slice(1, -1).split("-");
      const [, bound, ratio] = part(cell, "b").match(/^([≤≥]?) ?([^x]*)/);
      return {
        sut: row.dataset.sut, label: textOf(row.cells[0]), workload: heads[index + 1], baseline,
        verdict: part(cell, "i") || cell.className, bound, ratio, low: low || "", high: high || "", figure: part(cell, "span"),
      };
    }));
  };

  const asMarkdown = (table) => {
    // As in Python's Markdown: a number where a backslash does not hold everywhere.
    const inert = (text) => text.replace(/[&<>|`]/g, (char) => `&#${char.charCodeAt(0)};`).replace(/[\\*_{}[\]#~$]/g, "\\$&");
    const lines = [all("thead th", table), ...all("tbody tr", table).filter((row) => !row.hidden).map((row) => [...row.cells])]
      .map((cells) => `| ${cells.map((cell) => inert(cell.dataset.key || textOf(cell))).join(" | ")} |`);
    lines.splice(1, 0, "|---".repeat(table.tHead.rows[0].cells.length) + "|");
    return `${inert(clean(table.caption.textContent))}\n\n${lines.join("\n")}\n`;
  };

  const asCsv = (table) => {
    const found = records(table);
    const inert = (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
    const field = (text) => (/[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
    const line = (values) => values.map((value) => field(inert(value))).join(",");
    return [Object.keys(found[0] || {}), ...found.map(Object.values)].map(line).join("\n") + "\n";
  };

  const FORMATS = { Markdown: asMarkdown, CSV: asCsv, JSON: (table) => `${JSON.stringify(records(table), null, 1)}\n` };

  const copy = async (text, what) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = make("textarea", { value: text, className: "vh" });
      document.body.append(box);
      box.select();
      const done = document.execCommand("copy");
      box.remove();
      if (!done) { say("The browser does not allow copying here"); return; }
    }
    say(`Copied ${what}`);
  };

  const flash = (button, text) => {
    const before = button.textContent;
    button.textContent = text;
    setTimeout(() => { button.textContent = before; }, 1200);
  };

  // Putting it in place ----------------------------------------------------------------------------------------------
  const sortable = (table) => {
    table.original = all("tbody tr", table);
    const lowFirst = !table.id.startsWith("throughput");
    for (const head of all("thead th", table)) {
      const button = make("button", { type: "button", className: "sort" }, head.firstChild);
      head.prepend(button);
      const best = head.dataset.key === "sut" || lowFirst ? "ascending" : "descending";
      button.addEventListener("click", () => {
        const other = best === "ascending" ? "descending" : "ascending";
        const next = { none: best, [best]: other, [other]: null }[head.getAttribute("aria-sort")];
        state.sort = next && [table.id, head.dataset.key, next];
        matrices.forEach(order);
        write();
        say(next ? `Sorted by ${head.dataset.key}, ${next}` : "Sorted as it came");
      });
    }
  };

  const copyable = (table) => {
    const title = table.caption.querySelector(".title").textContent;
    const buttons = Object.entries(FORMATS).map(([format, render]) => {
      const button = make("button", { type: "button", textContent: format });
      button.setAttribute("aria-label", `Copy ${title} as ${format}`);
      button.addEventListener("click", () => { copy(render(table), `${title} as ${format}`); flash(button, "Copied"); });
      return button;
    });
    const block = table.closest(".block");
    block.append(make("div", { className: "copy" }, "Copy as", ...buttons));
  };

  const start = () => {
    const GROUPS = { common: "On the common server", native: "On their own servers" };
    for (const [group, suts] of Object.entries(data.suts)) {
      const options = suts.map(([id, label]) => make("option", { value: id, textContent: label }));
      find("baseline").append(make("optgroup", { label: GROUPS[group] || group }, ...options));
    }
    matrices.forEach(sortable);
    find("baseline").addEventListener("change", (event) => {
      state.baseline = event.target.value;
      show();
      write();
      say(`Ratios are to ${event.target.selectedOptions[0].textContent}`);
    });
    find("filter").addEventListener("input", (event) => { state.filter = event.target.value; say(filter()); soon(); });
    find("link").addEventListener("click", (event) => { write(); copy(location.href, "the link"); flash(event.target, "Copied"); });
    find("reset").addEventListener("click", () => {
      Object.assign(state, { baseline: data.baseline, filter: "", sort: null });
      show();
      write();
      say("As it came");
    });
    find("controls").addEventListener("submit", (event) => event.preventDefault());
    // A hash without "=" is a place in the page and leaves the state alone.
    addEventListener("hashchange", () => { if (location.hash.includes("=")) { read(); show(); } });
    find("controls").hidden = false;
    read();
    if (location.hash.includes("=")) show(); else { find("baseline").value = state.baseline; matrices.forEach(order); }
    // A table that has room keeps its head in sight; one that scrolls sideways cannot.
    const fit = () => all(".scroll").forEach((box) => {
      box.classList.remove("fits");
      const fits = box.scrollWidth <= box.clientWidth;
      box.classList.toggle("fits", fits);
      if (fits) box.removeAttribute("tabindex"); else box.tabIndex = 0; // what does not scroll needs no stop for keys
    });
    fit();
    addEventListener("resize", fit);
  };

  const repeatable = (box) => {
    const button = make("button", { type: "button", textContent: "Copy the command" });
    button.addEventListener("click", () => { copy(box.textContent, "the command"); flash(button, "Copied"); });
    box.after(make("div", { className: "copy" }, button));
  };

  all("table").forEach(copyable);
  repeatable(find("command"));
  if (matrices.length) start();
})();
