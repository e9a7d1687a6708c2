"use strict";
(() => {
  const page = JSON.parse(document.getElementById("data").textContent);
  const narrow = matchMedia("(max-width: 720px)");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const byId = (id) => document.getElementById(id);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  // Text goes in as text, never as markup: names of models are anyone's.
  const text = (id, value) => { byId(id).textContent = value; };
  const add = (parent, tag, value, style) => {
    const element = parent.appendChild(document.createElement(tag));
    if (value !== undefined) element.textContent = value;
    if (style) element.className = style;
    return element;
  };

  /** Models are ordered, so their colours are: the larger, the stronger. */
  const modelColours = () => {
    const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    const [small, large] = [channels(colour("small")), channels(colour("large"))];
    return page.models.map((_, m) => {
      const at = page.models.length > 1 ? m / (page.models.length - 1) : 1;
      return `rgb(${small.map((from, c) => Math.round(from + at * (large[c] - from))).join()})`;
    });
  };

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
    for (const fact of page.facts) {
      add(byId("facts"), "dt", fact.name);
      add(byId("facts"), "dd", fact.value);
    }
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

  /** Names lines at their ends, where the eye is, instead of in a legend. */
  const endLabels = {
    id: "endLabels",
    afterDatasetsDraw(chart, _, options) {
      if (!options.on) return;
      const { ctx, chartArea } = chart;
      const labels = [];
      chart.data.datasets.forEach((set, i) => {
        const last = chart.getDatasetMeta(i).data.at(-1);
        if (!last || !isFinite(last.y)) return;
        let y = last.y;
        if (set.band) {
          const below = i ? chart.getDatasetMeta(i - 1).data.at(-1).y : chartArea.bottom;
          if (below - y < 1) return;
          y = (y + below) / 2;
        }
        labels.push({ y: Math.min(Math.max(y, chartArea.top), chartArea.bottom), set });
      });
      const lines = labels.map((label) => wrap(ctx, label.set.label, options.width));
      labels.forEach((label, i) => { label.lines = lines[i]; label.height = lines[i].length * 14 + 3; });
      spread(labels.sort((a, b) => a.y - b.y), chartArea.top - 8, chartArea.bottom + 8);
      ctx.save();
      ctx.font = `12px ${Chart.defaults.font.family}`;
      ctx.textBaseline = "middle";
      for (const { y, set, lines: parts } of labels) {
        const x = chartArea.right + 8;
        if (set.band) {
          ctx.fillStyle = set.backgroundColor;
          ctx.fillRect(x, y - 5, 10, 10);
        }
        ctx.fillStyle = set.band ? colour("ink") : set.backgroundColor;
        parts.forEach((part, i) =>
          ctx.fillText(part, x + (set.band ? 16 : 0), y + (i - (parts.length - 1) / 2) * 14));
      }
      ctx.restore();
    },
  };

  const wrap = (ctx, label, width) => {
    const lines = [""];
    for (const word of label.split(" ")) {
      const longer = (lines.at(-1) + " " + word).trim();
      if (lines.at(-1) && ctx.measureText(longer).width > width) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines.map((line) => {
      let shown = line;
      while (shown.length > 4 && ctx.measureText(shown).width > width) shown = shown.slice(0, -2) + "…";
      return shown;
    });
  };

  /** Moves labels apart, down from the top, then up from the bottom. */
  const spread = (labels, top, bottom) => {
    let free = top;
    for (const label of labels) {
      label.y = Math.max(label.y, free + label.height / 2);
      free = label.y + label.height / 2;
    }
    free = bottom;
    for (const label of [...labels].reverse()) {
      label.y = Math.min(label.y, free - label.height / 2);
      free = label.y - label.height / 2;
    }
  };

  /** Names points beside them, on the side where there is room. */
  const pointLabels = {
    id: "pointLabels",
    afterDatasetsDraw(chart, _, options) {
      if (!options.on) return;
      const { ctx, chartArea: area } = chart;
      const taken = [];
      chart.data.datasets.forEach((set, i) => {
        if (!set.name) return;
        for (const { x, y } of chart.getDatasetMeta(i).data) {
          taken.push({ left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 });
        }
      });
      ctx.save();
      ctx.textBaseline = "middle";
      chart.data.datasets.forEach((set, i) => {
        const point = chart.getDatasetMeta(i).data[0];
        if (!set.name || !point) return;
        ctx.font = `${set.strong ? "650 13px" : "12px"} ${Chart.defaults.font.family}`;
        const lines = wrap(ctx, set.name, 150);
        const width = Math.max(...lines.map((line) => ctx.measureText(line).width));
        const height = lines.length * 14;
        const boxes = [0, 18, 36, 54].flatMap((away) => {
          const [near, side] = [11 + away, 8 + away];
          return [
            [point.x + near, point.y - height / 2], [point.x - near - width, point.y - height / 2],
            [point.x - width / 2, point.y - near - height], [point.x - width / 2, point.y + near],
            [point.x + side, point.y - side - height], [point.x + side, point.y + side],
            [point.x - side - width, point.y - side - height], [point.x - side - width, point.y + side],
          ].map(([left, top]) => ({ left, top, right: left + width, bottom: top + height, away }));
        });
        const cost = (box) =>
          taken.filter((t) => box.left < t.right && t.left < box.right && box.top < t.bottom && t.top < box.bottom).length
          + 9 * (box.left < area.left || box.right > area.right || box.top < area.top - 8 || box.bottom > area.bottom)
          + box.away / 100;
        const box = boxes.reduce((best, next) => (cost(next) < cost(best) ? next : best));
        if (box.away) {
          ctx.beginPath();
          ctx.moveTo(point.x, point.y);
          ctx.lineTo(Math.min(Math.max(point.x, box.left), box.right), Math.min(Math.max(point.y, box.top), box.bottom));
          ctx.strokeStyle = colour("rival");
          ctx.lineWidth = 1;
          ctx.stroke();
        }
        taken.push(box);
        ctx.fillStyle = set.strong ? colour("mess") : colour("ink");
        ctx.strokeStyle = colour("paper");
        ctx.lineWidth = 4;
        ctx.lineJoin = "round";
        lines.forEach((line, l) => {
          ctx.strokeText(line, box.left, box.top + 14 * l + 7);
          ctx.fillText(line, box.left, box.top + 14 * l + 7);
        });
      });
      ctx.restore();
    },
  };

  /** A range that follows the data has odd ends, which are not worth a tick. */
  const axis = (title, { ticks, ...more }) => ({
    title: { display: true, text: title, color: colour("muted") },
    grid: { color: colour("rule"), drawTicks: false },
    border: { display: false },
    ticks: { color: colour("muted"), padding: 8, maxTicksLimit: 7, maxRotation: 0, includeBounds: false, ...ticks },
    ...more,
  });

  const requestAxis = () => axis("requests completed", {
    type: "linear", min: 0, max: page.series.request.at(-1) || 1,
    grid: { display: false }, ticks: { maxTicksLimit: 8, padding: 4, precision: 0 },
  });

  const points = (ys) => page.series.request.map((x, i) => ({ x, y: ys[i] }));
  const line = (label, data, shade, more) => ({
    label, data, borderColor: shade, backgroundColor: shade, borderWidth: 2, pointRadius: 0,
    pointHitRadius: 6, tension: 0, ...more,
  });
  const level = (label, y, shade, more) =>
    line(label, [{ x: 0, y }, { x: page.series.request.at(-1) || 1, y }], shade, more);

  const figures = (value) => Number(value).toLocaleString("en", { maximumSignificantDigits: 4 });

  const charts = [];
  const plot = (id, type, datasets, scales, labels, more = {}) => {
    const inPlace = !narrow.matches;
    const width = labels === "ends" ? 118 : 0;
    charts.push(new Chart(byId(id), {
      type,
      data: { datasets },
      plugins: [endLabels, pointLabels],
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true,
        interaction: { mode: "index", intersect: false, axis: "x" },
        layout: { padding: { right: inPlace && width ? width + 22 : 4, top: 8 } },
        scales,
        plugins: {
          legend: {
            display: narrow.matches && labels !== "none", position: "bottom", align: "start",
            labels: { color: colour("ink"), boxWidth: 12, boxHeight: 2, filter: (item) => item.text, ...more.legend },
          },
          tooltip: {
            backgroundColor: colour("ink"), titleColor: colour("paper"), bodyColor: colour("paper"), boxHeight: 2, boxWidth: 10,
            filter: more.filter || (() => true),
            callbacks: {
              title: (items) => (items[0] ? "request " + figures(items[0].parsed.x) : ""),
              label: (item) => `${item.dataset.label}: ${figures(item.parsed.y)}`,
              ...more.tooltip,
            },
          },
          endLabels: { on: inPlace && labels === "ends", width },
          pointLabels: { on: labels === "points" && inPlace },
        },
        ...more.options,
      },
    }));
  };

  /** The range of the settled part: the first few requests swing from 0 to 1. */
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
      line("Q + D", points(page.series.q), colour("mess"), { borderWidth: 1.5, fill: "origin", backgroundColor: colour("mess") + "22" }),
    ], { x: requestAxis(), y: axis("queue, requests", { beginAtZero: true }) }, "none");

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
    const rows = page.rows.filter((row) => row.x !== null && row.y !== null);
    const xs = rows.map((row) => row.x);
    const ys = [page.alpha, ...rows.map((row) => row.y)];
    const right = 1.12 * Math.max(...xs, 0) || 1;
    const pad = 0.14 * (Math.max(...ys) - Math.min(...ys)) || 0.05;
    plot("trade-off", "scatter", [
      ...rows.map((row) => {
        const [pointStyle, pointRadius, backgroundColor, borderColor] = looks[row.kind];
        return {
          label: row.label, name: row.label, strong: row.kind === "MESS", data: [{ x: row.x, y: row.y }],
          clip: false, pointStyle, pointRadius, pointHoverRadius: pointRadius, backgroundColor, borderColor, borderWidth: 2,
        };
      }),
      line("static frontier", page.frontier, colour("rival"), { type: "line", borderWidth: 1.5 }),
      line(`alpha ${page.alpha_text}`, [{ x: 0, y: page.alpha }, { x: right, y: page.alpha }], colour("alpha"),
        { type: "line", borderDash: [7, 5], borderWidth: 1.5 }),
    ], {
      x: axis(`energy, J/request${page.estimated ? " (estimated)" : ""}`, { min: 0, max: right }),
      y: axis("score", { min: Math.max(0, Math.min(...ys) - pad), max: Math.min(1, Math.max(...ys) + pad) }),
    }, "points", {
      legend: { usePointStyle: true, boxHeight: 7 },
      filter: (item) => item.dataset.name,
      options: { interaction: { mode: "nearest", intersect: true } },
      tooltip: {
        title: (items) => (items[0] ? items[0].dataset.label : ""),
        label: (item) => `score ${figures(item.parsed.y)} at ${figures(item.parsed.x)} J/request`,
      },
    });
  };

  const draw = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    writeTable();
    [plotScore, plotTradeOff, plotEnergy, plotQueue, plotMix].forEach((drawOne) => drawOne());
  };

  write();
  draw();
  narrow.addEventListener("change", draw);
  dark.addEventListener("change", draw);
})();
