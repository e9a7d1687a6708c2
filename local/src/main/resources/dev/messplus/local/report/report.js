(() => {
  const write = () => {
    document.title = page.headline;
    text("headline", page.headline);
    text("subtitle", page.subtitle);
    text("window", page.series.window);
    text("mix-window", page.series.window);
    text("alpha", "alpha " + page.alpha_text);
    byId("estimated").hidden = !page.estimated;
    if (page.estimated) text("joules-unit", "J/request, estimated");
    for (const tile of page.tiles) {
      const box = add(byId("tiles"), "div", undefined, tile.tone.toLowerCase());
      add(box, "dt", tile.label);
      add(box, "dd", tile.value, "value");
      add(box, "dd", tile.note, "note");
    }
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
    byId("models").replaceChildren();
    byId("rows").replaceChildren();
    page.models.forEach((model, m) => {
      const item = add(byId("models"), "span");
      add(item, "i").style.background = colours[m];
      item.append(model);
    });
    for (const row of page.rows) {
      const line = add(byId("rows"), "tr", undefined, row.kind === "MESS" ? "mess" : "");
      add(line, "th", row.name).scope = "row";
      add(line, "td", row.joules, "number");
      add(line, "td", row.vs_mix, "number");
      add(line, "td", row.score, "number");
      add(line, "td", row.meets, row.meets === "no" ? "number no" : "number");
      add(line, "td", row.explored, "number");
      const cell = add(line, "td");
      const bar = add(cell, "div", undefined, "bar");
      const shares = page.models.map((model, m) => `${model} ${row.shares[m]}`).join(", ");
      bar.title = shares;
      add(cell, "span", shares, "bar-text");
      row.widths.forEach((width, m) => {
        if (!width) return;
        const part = add(bar, "i");
        part.style.flexGrow = width;
        part.style.background = colours[m];
      });
    }
  };

  const requestAxis = () => axis("requests completed", {
    type: "linear", min: 0, max: page.series.request.at(-1) || 1,
    grid: { display: false }, ticks: { maxTicksLimit: 8, padding: 4, precision: 0 },
  });

  const points = (ys) => page.series.request.map((x, i) => ({ x, y: ys[i] }));
  const level = (label, y, shade, more) =>
    line(label, [{ x: 0, y }, { x: page.series.request.at(-1) || 1, y }], shade, more);

  /** The range after the first window: the average of a few requests swings from 0 to 1. */
  const scoreRange = () => {
    const { average_score: average, window_score: last, request, window } = page.series;
    const settled = [page.alpha];
    request.forEach((r, i) => {
      if (r >= Math.min(window, request.at(-1)) && average[i] !== null) settled.push(average[i], last[i]);
    });
    const pad = Math.max(0.01, 0.08 * (Math.max(...settled) - Math.min(...settled)));
    return { min: Math.max(0, Math.min(...settled) - pad), max: Math.min(1, Math.max(...settled) + pad) };
  };

  const plotScore = () => {
    const { average_score: average, window_score: last, window } = page.series;
    plot("score", "line", [
      line("average so far", points(average), colour("mess"), { borderWidth: 3 }),
      line(`last ${window}`, points(last), colour("rival"), { borderColor: colour("rival") + "a0", borderWidth: 1.25 }),
      level(`alpha ${page.alpha_text}`, page.alpha, colour("alpha"), { borderDash: [7, 5] }),
    ], { x: requestAxis(), y: axis("score", { ...scoreRange() }) }, "ends");
  };

  const plotQueue = () =>
    plot("queue", "line", [
      line("pressure", points(page.series.pressure), colour("mess"), { borderWidth: 1.5, fill: "origin", backgroundColor: colour("mess") + "22" }),
    ], { x: requestAxis(), y: axis("pressure, requests", { beginAtZero: true }) }, "none");

  const plotEnergy = () => {
    const dashes = { ALWAYS: [], RANDOM: [2, 4], STATIC_MIX: [8, 4] };
    const end = page.series.request.at(-1) || 0;
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
        line(r.label, [{ x: 0, y: 0 }, { x: end, y: end * r.energy_per_request }], colour("rival"),
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
  keepDrawn(() => {
    writeTable();
    [plotScore, plotTradeOff, plotEnergy, plotQueue, plotMix].forEach((drawOne) => drawOne());
  });
})();
