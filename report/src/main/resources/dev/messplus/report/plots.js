"use strict";

// Shared by the scripts of all pages: the page's data, colours and plots.

const page = JSON.parse(document.getElementById("data").textContent);
const narrow = matchMedia("(max-width: 720px)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const byId = (id) => document.getElementById(id);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// Values are inserted as text, never as markup, because users choose the names of models.
const text = (id, value) => { byId(id).textContent = value; };
const add = (parent, tag, value, style) => {
  const element = parent.appendChild(document.createElement(tag));
  if (value !== undefined) element.textContent = value;
  if (style) element.className = style;
  return element;
};

/** Colours of the models, in the order of the zoo, from the colour "small" to the colour "large". */
const modelColours = () => {
  const channels = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const [small, large] = [channels(colour("small")), channels(colour("large"))];
  return page.models.map((_, m) => {
    const at = page.models.length > 1 ? m / (page.models.length - 1) : 1;
    return `rgb(${small.map((from, c) => Math.round(from + at * (large[c] - from))).join()})`;
  });
};

/** Labels lines at their ends instead of in a legend. */
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

/** Moves labels apart: down from the top, then up from the bottom. */
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

/** Labels points beside them, on a side that has room. */
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

/** An axis without ticks at its ends, which are odd numbers where the range follows the data. */
const axis = (title, { ticks, ...more }) => ({
  title: { display: true, text: title, color: colour("muted") },
  grid: { color: colour("rule"), drawTicks: false },
  border: { display: false },
  ticks: { color: colour("muted"), padding: 8, maxTicksLimit: 7, maxRotation: 0, includeBounds: false, ...ticks },
  ...more,
});

const line = (label, data, shade, more) => ({
  label, data, borderColor: shade, backgroundColor: shade, borderWidth: 2, pointRadius: 0,
  pointHitRadius: 6, tension: 0, ...more,
});

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

/** Writes the settings of the run into the list of facts. */
const writeFacts = () => {
  for (const fact of page.facts) {
    add(byId("facts"), "dt", fact.name);
    add(byId("facts"), "dd", fact.value);
  }
};

/**
 * Plots energy against score: a point for each policy, the frontier of static mixes, and alpha.
 *
 * @param look of a row's point: style, radius, fill and border
 * @param strong whether a row's label is emphasised
 */
const plotEnergyAndScore = (id, { policies, look, strong, alpha, alphaLabel, energyTitle }) => {
  const rows = policies.filter((row) => row.x !== null && row.y !== null);
  const ys = [alpha, ...rows.map((row) => row.y)];
  const right = 1.12 * Math.max(...rows.map((row) => row.x), 0) || 1;
  const pad = 0.14 * (Math.max(...ys) - Math.min(...ys)) || 0.05;
  plot(id, "scatter", [
    ...rows.map((row) => {
      const [pointStyle, pointRadius, backgroundColor, borderColor] = look(row);
      return {
        label: row.label, name: row.label, strong: strong(row), data: [{ x: row.x, y: row.y }],
        clip: false, pointStyle, pointRadius, pointHoverRadius: pointRadius, backgroundColor, borderColor, borderWidth: 2,
      };
    }),
    line("static frontier", page.frontier, colour("rival"), { type: "line", borderWidth: 1.5 }),
    line(alphaLabel, [{ x: 0, y: alpha }, { x: right, y: alpha }], colour("alpha"),
      { type: "line", borderDash: [7, 5], borderWidth: 1.5 }),
  ], {
    x: axis(energyTitle, { min: 0, max: right }),
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

/** Draws the page now, and again whenever the colours or the width change. */
const keepDrawn = (draw) => {
  const drawAll = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 12;
    draw();
  };
  drawAll();
  narrow.addEventListener("change", drawAll);
  dark.addEventListener("change", drawAll);
};
