(() => {
  const write = () => {
    document.title = page.headline;
    text("headline", page.headline);
    text("subtitle", page.subtitle);
    page.notes.forEach((note) => add(byId("notes"), "li", note));
    writeFacts();
    if (page.summary.length) {
      const section = add(byId("sections"), "section");
      add(section, "h2", page.summary_title);
      add(section, "p", "Geometric mean of energy, exploration included, over that of the best static mix.", "lead");
      table(section, page.summary_columns, page.summary);
    }
    page.sections.forEach((part, s) => {
      const section = add(byId("sections"), "section");
      add(section, "h2", part.title);
      table(section, page.columns, part.rows);
      const pair = add(section, "div", undefined, "pair");
      figure(pair, `trade-off-${s}`, "Energy and score",
        "Up is better, left is cheaper. The line is the best that fixed shares can do, the dashed line alpha.");
      if (part.curves.length) {
        figure(pair, `average-${s}`, "Average score so far", `The first seed, against alpha. ${settledNote(requests(part))}`);
        figure(pair, `deficit-${s}`, "Requests behind alpha", "The first seed; below 0 it is ahead.");
      }
    });
  };

  const table = (section, columns, rows) => {
    const box = add(section, "div", undefined, "scroll");
    box.tabIndex = 0;
    const grid = add(box, "table");
    const head = add(add(grid, "thead"), "tr");
    columns.forEach((column, c) => { add(head, "th", column, c ? "number" : "").scope = "col"; });
    const body = add(grid, "tbody");
    for (const row of rows) {
      const line = add(body, "tr", undefined, row.mess ? "mess" : "");
      const name = add(line, "th", row.name);
      name.scope = "row";
      if (row.detail) add(name, "small", row.detail);
      row.cells.forEach((cell) => add(line, "td", cell, "number"));
    }
  };

  const figure = (parent, id, title, lead) => {
    const box = add(parent, "figure");
    add(box, "h2", title);
    add(box, "p", lead, "lead");
    const canvas = add(add(box, "div", undefined, "plot tall"), "canvas");
    canvas.id = id;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", title);
  };

  const plotTradeOff = (part, s) => {
    const looks = {
      STREAM: ["circle", 8, colour("mess"), colour("mess")],
      PAPER: ["circle", 6, colour("paper"), colour("mess")],
      PAPER_BEST: ["circle", 6, colour("paper"), colour("mess")],
      STATIC: ["rectRot", 7, colour("ink"), colour("ink")],
      CLAIRVOYANT: ["star", 7, colour("ink"), colour("ink")],
    };
    plotEnergyAndScore(`trade-off-${s}`, {
      policies: part.rows,
      look: (row) => looks[row.kind] || ["circle", 5, colour("rival"), colour("rival")],
      strong: (row) => row.kind === "STREAM",
      alpha: part.alpha,
      alphaLabel: "alpha",
      energyTitle: "energy, J/request",
    });
  };

  const shades = { STREAM: "mess", PAPER: "rival", PAPER_BEST: "ink" };

  const requests = (part) => part.curves[0].request.at(-1);
  const average = (curve, part) => settled(points(curve, "average"), requests(part));
  const points = (curve, field) => curve.request.map((x, i) => ({ x, y: curve[field][i] }));

  const plotCurves = (part, id, pointsOf, title, reference, range) => {
    const end = requests(part);
    plot(id, "line", [
      ...part.curves.map((curve) =>
        line(curve.label, pointsOf(curve, part), colour(shades[curve.kind]), { borderWidth: curve.kind === "STREAM" ? 3 : 1.75 })),
      line(reference.label, [{ x: 0, y: reference.y }, { x: end, y: reference.y }], colour("alpha"), { borderDash: [7, 5] }),
    ], {
      x: axis("requests", { type: "linear", min: 0, max: end, grid: { display: false }, ticks: { maxTicksLimit: 8, padding: 4, precision: 0 } }),
      y: axis(title, range),
    }, "ends");
  };

  write();
  keepDrawn(() => page.sections.forEach((part, s) => {
    plotTradeOff(part, s);
    if (part.curves.length) {
      const range = scoreRange(part.alpha, ...part.curves.map((curve) => average(curve, part)));
      plotCurves(part, `average-${s}`, average, "score", { label: "alpha", y: part.alpha }, range);
      plotCurves(part, `deficit-${s}`, (curve) => points(curve, "deficit"), "requests", { label: "on time", y: 0 }, {});
    }
  }));
})();
