(() => {
  const lastRequest = page.series.request.at(-1) || 0;

  const write = () => {
    document.title = page.headline;
    text("headline", page.headline);
    text("subtitle", page.subtitle);
    text("window", page.series.window);
    text("settled", settledNote(lastRequest));
    text("trade-off-note", page.trade_off_note);
    text("mix-window", page.series.window);
    text("alpha", "alpha " + page.alpha_text);
    byId("estimated").hidden = !page.estimated;
    if (page.estimated) {
      text("joules-unit", "J/request, estimated");
      text("kinds-unit", "J/request, estimated");
    }
    byId("kinds-section").hidden = !page.kinds.length;
    byId("receipts-section").hidden = !page.receipts.length;
    for (const tile of page.tiles) {
      const box = add(byId("tiles"), "div", undefined, tile.tone.toLowerCase());
      add(box, "dt", tile.label);
      add(box, "dd", tile.value, "value");
      add(box, "dd", tile.note, "note");
    }
    page.words.forEach((sentence) => add(byId("words"), "p", sentence));
    page.caveats.forEach((caveat) => add(byId("caveats"), "li", caveat));
    writeFacts();
    for (const [id, title] of Object.entries(page.titles)) {
      const name = id.replace("_", "-");
      text(name + "-title", title);
      byId(name).setAttribute("aria-label", title);
    }
  };

  const writeTable = () => {
    const colours = modelColours();
    for (const key of document.querySelectorAll(".models")) {
      key.replaceChildren();
      page.models.forEach((model, m) => {
        const item = add(key, "span");
        add(item, "i").style.background = colours[m];
        item.append(model);
      });
    }
    byId("rows").replaceChildren();
    byId("kinds").replaceChildren();
    for (const row of page.kinds) {
      const line = add(byId("kinds"), "tr");
      add(line, "th", row.kind).scope = "row";
      add(line, "td", row.requests, "number");
      add(line, "td", row.joules, "number");
      add(line, "td", row.score, "number");
      addShares(add(line, "td", undefined, "shares whole-line"), row, colours);
      add(line, "td", row.hindsight, "why whole-line");
    }
    for (const row of page.rows) {
      const line = add(byId("rows"), "tr", undefined, row.kind === "MESS" ? "mess" : "");
      add(line, "th", row.name, "whole-line").scope = "row";
      add(line, "td", row.joules, "number");
      add(line, "td", row.vs_mix, "number");
      add(line, "td", row.score, "number");
      add(line, "td", row.meets, row.meets === "no" ? "number no" : "number");
      add(line, "td", row.explored, "number");
      addShares(add(line, "td", undefined, "shares whole-line"), row, colours);
    }
  };

  const addShares = (cell, row, colours) => {
    const bar = add(cell, "div", undefined, "bar");
    const shares = page.models.map((model, m) => `${model} ${row.shares[m]}`).join(", ");
    bar.title = shares;
    add(cell, "span", shares, "bar-text");
    add(cell, "small", page.models.map((model, m) => row.shares[m]).join(" · "), "bar-shares");
    row.widths.forEach((width, m) => {
      if (!width) return;
      const part = add(bar, "i");
      part.style.flexGrow = width;
      part.style.background = colours[m];
    });
  };

  const PAGE = 20;
  let first = 0;

  const chosenReceipts = () => {
    const kind = byId("filter-kind").value;
    const model = byId("filter-model").value;
    const words = byId("filter-text").value.trim().toLowerCase();
    return page.receipts.filter((r) =>
      (!kind || r.kind === kind) && (!model || r.model === model)
      && (!words || r.id === words || r.prompt.toLowerCase().includes(words)));
  };

  /** On a phone, a model is above its figures, and its answer is as wide as two of them. */
  const styles = { [page.receipt_words.columns[0]]: "whole-line", answer: "answer" };

  const cells = (row, tag, values) => page.receipt_words.columns.forEach((column, c) => {
    const cell = add(row, tag, values[c] ?? "", styles[column] || "number");
    if (tag === "th") cell.scope = "col";
  });

  const addTable = (box, head, rows) => {
    const scroll = add(box, "div", undefined, "scroll stacked");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "what was expected, and what came of it");
    const table = add(scroll, "table");
    cells(add(add(table, "thead"), "tr"), "th", head);
    const body = add(table, "tbody");
    rows.forEach((row) => cells(add(body, "tr"), "td", row));
  };

  const openReceipt = (box, r) => {
    add(box, "pre", r.prompt);
    add(box, "p", `Right answer: ${r.reference}`, "lead");
    add(box, "p", r.sheet.reason, "reason");
    addTable(box, page.receipt_words.columns, r.sheet.rows);
    add(box, "p", r.sheet.state, "lead");
    add(box, "p", page.receipt_words.legend, "lead");
  };

  const writeReceipts = () => {
    const chosen = chosenReceipts();
    first = Math.max(0, Math.min(first, PAGE * Math.floor((chosen.length - 1) / PAGE)));
    byId("receipts").replaceChildren();
    for (const r of chosen.slice(first, first + PAGE)) {
      const box = add(byId("receipts"), "details");
      const line = add(box, "summary");
      add(line, "b", r.id);
      add(line, "span", r.kind);
      add(line, "span", r.model + (r.called > 1 ? ` of ${r.called} called` : ""));
      add(line, "span", `score ${r.score}`);
      add(line, "span", `${r.joules} J`);
      box.addEventListener("toggle", () => { if (box.open && box.childElementCount === 1) openReceipt(box, r); });
    }
    text("filter-count", `${chosen.length} of ${page.receipts.length} requests`
      + (page.receipts.length < lastRequest ? `, a sample of ${lastRequest}` : ""));
    text("page-number", chosen.length ? `${first + 1} to ${Math.min(first + PAGE, chosen.length)}` : "none");
    byId("earlier").disabled = first === 0;
    byId("later").disabled = first + PAGE >= chosen.length;
  };

  const prepareReceipts = () => {
    const choices = (id, values) => {
      add(byId(id), "option", "all").value = "";
      values.forEach((value) => { add(byId(id), "option", value).value = value; });
    };
    choices("filter-kind", [...new Set(page.receipts.map((r) => r.kind))].sort());
    choices("filter-model", [...page.models, ...(page.receipts.some((r) => r.model === "none") ? ["none"] : [])]);
    const again = () => { first = 0; writeReceipts(); };
    byId("filter").addEventListener("input", again);
    byId("filter").addEventListener("submit", (event) => event.preventDefault());
    byId("earlier").addEventListener("click", () => { first -= PAGE; writeReceipts(); });
    byId("later").addEventListener("click", () => { first += PAGE; writeReceipts(); });
    writeReceipts();
  };

  const requestAxis = () => axis("requests completed", {
    type: "linear", min: 0, max: lastRequest || 1,
    grid: { display: false }, ticks: { maxTicksLimit: 8, padding: 4, precision: 0 },
  });

  const points = (ys) => page.series.request.map((x, i) => ({ x, y: ys[i] }));
  const level = (label, y, shade, more) =>
    line(label, [{ x: 0, y }, { x: lastRequest || 1, y }], shade, more);

  const plotScore = () => {
    const [average, last] = [page.series.average_score, page.series.window_score]
      .map((ys) => settled(points(ys), lastRequest));
    plot("score", "line", [
      line("average so far", average, colour("mess"), { borderWidth: 3 }),
      line(`last ${page.series.window}`, last, colour("rival"), { borderColor: colour("rival") + "a0", borderWidth: 1.25 }),
      level(`alpha ${page.alpha_text}`, page.alpha, colour("alpha"), { borderDash: [7, 5] }),
    ], { x: requestAxis(), y: axis("score", scoreRange(page.alpha, average, last)) }, "ends");
  };

  const plotQueue = () =>
    plot("queue", "line", [
      line("pressure", points(page.series.pressure), colour("mess"), { borderWidth: 1.5, fill: "origin", backgroundColor: colour("mess") + "22" }),
    ], { x: requestAxis(), y: axis("pressure, requests", { beginAtZero: true }) }, "none");

  const plotEnergy = () => {
    const dashes = { ALWAYS: [], RANDOM: [2, 4], STATIC_MIX: [8, 4] };
    const tints = ["26", "70", "b0"];
    let total = page.series.request.map(() => 0);
    const parts = page.series.energy.map((part, p) => {
      const from = total;
      total = part.so_far.map((joules, i) => joules + from[i]);
      const data = points(total).map((point, i) => ({ ...point, part: part.so_far[i] }));
      return line(part.label, data, colour("mess") + tints[p],
        { band: true, fill: p ? "-1" : "origin", borderWidth: 0, pointHitRadius: 0 });
    });
    plot("energy", "line", [
      ...parts,
      line("MESS+", points(total), colour("mess"), { borderWidth: 3 }),
      ...page.references.map((r) =>
        line(r.label, [{ x: 0, y: 0 }, { x: lastRequest, y: lastRequest * r.energy_per_request }], colour("rival"),
          { borderDash: dashes[r.kind], borderWidth: 1.5 })),
    ], {
      x: requestAxis(),
      y: axis(`energy, ${page.series.energy_unit}${page.estimated ? " (estimated)" : ""}`, { beginAtZero: true }),
    }, "ends", {
      tooltip: { label: (item) => `${item.dataset.label}: ${figures(item.raw.part ?? item.parsed.y)}` },
      options: { interaction: { mode: "nearest", intersect: false, axis: "xy" } },
    });
  };

  const plotMix = () => {
    const colours = modelColours();
    plot("mix", "line", page.short_models.map((model, m) => ({
      label: model, data: points(page.series.shares[m].map((share) => (share === null ? null : 100 * share))),
      band: true, fill: m ? "-1" : "origin", backgroundColor: colours[m], borderColor: colour("paper"),
      borderWidth: 1, pointRadius: 0, pointHitRadius: 6,
    })), {
      x: requestAxis(),
      y: axis("share of answers, %", { stacked: true, min: 0, max: 100, ticks: { stepSize: 25, includeBounds: true } }),
    }, "ends", {
      legend: { boxHeight: 10 },
      tooltip: { label: (item) => `${item.dataset.label}: ${figures(item.raw.y)}%` },
    });
  };

  const plotTradeOff = () => {
    const looks = {
      MESS: ["circle", 8, colour("mess"), colour("mess")],
      MESS_SERVED: ["circle", 6, colour("paper"), colour("mess")],
      MESS_WARM: ["star", 7, colour("mess"), colour("mess")],
      KIND_SPLIT: ["rect", 5, colour("ink"), colour("ink")],
      ROUTER: ["crossRot", 5, colour("rival"), colour("rival")],
      ALWAYS: ["circle", 5, colour("rival"), colour("rival")],
      RANDOM: ["triangle", 6, colour("rival"), colour("rival")],
      STATIC_MIX: ["rectRot", 7, colour("ink"), colour("ink")],
    };
    plotEnergyAndScore("trade-off", {
      policies: page.rows,
      look: (row) => looks[row.kind],
      strong: (row) => row.kind === "MESS",
      alpha: page.alpha,
      alphaLabel: `alpha ${page.alpha_text}`,
      energyTitle: `energy, J/request${page.estimated ? " (estimated)" : ""}`,
    });
  };

  write();
  prepareReceipts();
  keepDrawn(() => {
    writeTable();
    [plotScore, plotTradeOff, plotEnergy, plotQueue, plotMix].forEach((drawOne) => drawOne());
  });
})();
