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

const overlap = (a, b) =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left))
  * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

/** The boxes around a point that may hold its label, the nearest first. */
const boxesAround = ({ x, y }, width, height, reach) => {
  const boxes = [];
  for (let away = 8; away < reach; away += 9) {
    for (let turn = 0; turn < 16; turn++) {
      const [right, down] = [Math.cos(turn * Math.PI / 8), Math.sin(turn * Math.PI / 8)];
      const left = x + right * (away + width / 2) - width / 2;
      const top = y + down * (away + height / 2) - height / 2;
      boxes.push({ left, top, right: left + width, bottom: top + height, away });
    }
  }
  return boxes;
};

/** Gives each label the nearest box that is free; those that come first make way for later ones. */
const placeLabels = (labels, marks, area) => {
  const outside = (box) => box.left < area.left || box.right > area.right || box.top < area.top - 8 || box.bottom > area.bottom;
  const sum = (others, box) => others.reduce((covered, other) => covered + overlap(box, other), 0);
  const reach = Math.max(area.right - area.left, area.bottom - area.top);
  for (const label of labels) {
    label.boxes = boxesAround(label.point, label.width, label.height, reach).filter((box) => !outside(box));
    label.boxes.forEach((box) => { box.cost = box.away + 5 * sum(marks, box); });
  }
  for (let round = 0; round < 4; round++) {
    for (const label of labels) {
      const others = labels.filter((other) => other !== label && other.box).map((other) => other.box);
      const costs = label.boxes.map((box) => box.cost + 1000 * sum(others, box));
      label.box = label.boxes[costs.indexOf(Math.min(...costs))];
    }
  }
};

/** Labels points beside them, where there is room. */
const pointLabels = {
  id: "pointLabels",
  afterUpdate(chart, _, options) {
    chart.pointLabels = [];
    if (!options.on) return;
    const { ctx, chartArea } = chart;
    ctx.save();
    chart.data.datasets.forEach((set, i) => {
      const point = chart.getDatasetMeta(i).data[0];
      if (!set.name || !point) return;
      ctx.font = labelFont(set);
      const lines = wrap(ctx, set.name, options.width);
      const width = Math.max(...lines.map((line) => ctx.measureText(line).width));
      chart.pointLabels.push({ set, point, lines, width: width + 6, height: lines.length * 14 });
    });
    ctx.restore();
    const marks = chart.pointLabels.map(({ point: { x, y } }) => ({ left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 }));
    placeLabels(chart.pointLabels, marks, chartArea);
  },
  afterDatasetsDraw(chart) {
    const { ctx } = chart;
    const labels = chart.pointLabels.filter((label) => label.box);
    ctx.save();
    ctx.textBaseline = "middle";
    ctx.strokeStyle = colour("rival");
    ctx.lineWidth = 1;
    for (const { point, box } of labels.filter((label) => label.box.away > 8)) {
      ctx.beginPath();
      ctx.moveTo(point.x, point.y);
      ctx.lineTo(Math.min(Math.max(point.x, box.left), box.right), Math.min(Math.max(point.y, box.top), box.bottom));
      ctx.stroke();
    }
    ctx.strokeStyle = colour("paper");
    ctx.lineWidth = 4;
    ctx.lineJoin = "round";
    for (const { set, lines, box } of labels) {
      ctx.font = labelFont(set);
      ctx.fillStyle = set.strong ? colour("mess") : colour("ink");
      lines.forEach((line, l) => {
        ctx.strokeText(line, box.left + 3, box.top + 14 * l + 7);
        ctx.fillText(line, box.left + 3, box.top + 14 * l + 7);
      });
    }
    ctx.restore();
  },
};

const labelFont = (set) => `${set.strong ? "650 13px" : "12px"} ${Chart.defaults.font.family}`;

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

/** The request from which averages are drawn, of so many: before, a single answer moves them far. */
const settledFrom = (requests) => Math.min(20, Math.ceil(requests / 10));

const settledNote = (requests) =>
  (settledFrom(requests) > 1 ? `Lines begin with request ${settledFrom(requests)}: the average of fewer swings from 0 to 1.` : "");

const settled = (points, requests) =>
  points.filter(({ x, y }) => x >= settledFrom(requests) && y !== null);

/** The range of an axis that shows alpha and all points. */
const scoreRange = (alpha, ...lines) => {
  const ys = [alpha, ...lines.flat().map((point) => point.y)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const pad = Math.max(0.01, 0.08 * (high - low));
  return { min: Math.max(0, low - pad), max: Math.min(1, high + pad) };
};

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
          display: narrow.matches && labels === "ends", position: "bottom", align: "start",
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
        pointLabels: { on: labels === "points", width: inPlace ? 150 : 100 },
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
