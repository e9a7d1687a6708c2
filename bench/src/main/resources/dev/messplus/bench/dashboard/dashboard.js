(() => {
  // Grafana's classic palette, and its named colours.
  const PALETTE = ["#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0",
    "#508642", "#cca300", "#447ebc", "#c15c17", "#890f02", "#0a437c", "#6d1f62", "#584477"];
  const NAMED = { green: "#73bf69", yellow: "#fade2a", orange: "#ff9830", red: "#f2495c" };

  const si = (unit) => [[1e-6, "µ" + unit], [1e-3, "m" + unit], [1, unit], [1e3, "k" + unit], [1e6, "M" + unit]];
  const UNITS = {
    none: [[1, ""]],
    short: [[1, ""], [1e3, "K"], [1e6, "Mil"]],
    reqps: [[1, "req/s"], [1e3, "K req/s"]],
    percentunit: [[.01, "%"]],
    joule: si("J"),
    watt: si("W"),
    bytes: [[1, "B"], [1024, "KiB"], [1024 ** 2, "MiB"], [1024 ** 3, "GiB"]],
    "µs": [[1, "µs"], [1e3, "ms"], [1e6, "s"]],
    ms: [[1, "ms"], [1e3, "s"], [6e4, "min"], [36e5, "hours"]],
  };

  /** A value as Grafana writes it: with the largest unit that it is not smaller than. */
  const written = (value, { unit = "none", decimals }) => {
    const sizes = UNITS[unit] || [[1, unit.replace(/^suffix:/, "")]];
    const base = sizes.find(([size]) => size === 1) || sizes[0];
    const [size, name] = value ? sizes.findLast(([size]) => size <= Math.abs(value)) || sizes[0] : base;
    const scaled = value / size;
    const number = scaled.toLocaleString("en", decimals === undefined
      ? { maximumSignificantDigits: 3 }
      : { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return number + (name === "%" || !UNITS[unit] ? "" : " ") + name;
  };

  const { start, step, count } = page.steps;
  const end = start + step * (count - 1);
  const clock = (seconds) => new Date(1000 * seconds).toLocaleTimeString("en-GB").slice(0, 5);

  /** Settings of a series: the panel's defaults, and the overrides whose pattern is its whole name. */
  const settings = (panel, name) => {
    const { defaults = {}, overrides = [] } = panel.fieldConfig || {};
    const all = { ...defaults, custom: { ...defaults.custom } };
    for (const { matcher, properties } of overrides) {
      if (matcher.id !== "byRegexp" || !new RegExp(`^(?:${matcher.options})$`).test(name)) continue;
      for (const { id, value } of properties) {
        if (id.startsWith("custom.")) all.custom[id.slice("custom.".length)] = value;
        else all[id] = value;
      }
    }
    return all;
  };

  /** Colour of a value by the thresholds of its panel. */
  const byThreshold = ({ thresholds }, value) =>
    NAMED[thresholds?.steps.findLast((at) => at.value === null || at.value <= value).color];

  const last = (values) => values.findLast((value) => value !== null);

  const drawStat = (box, panel) => {
    const stats = add(box, "div", undefined, "stats");
    for (const { name, values } of panel.series) {
      const value = last(values);
      const field = settings(panel, name);
      const stat = add(stats, "div");
      const coloured = panel.options.colorMode === "value" && value !== undefined;
      const shade = coloured ? byThreshold(field, value) : "";
      if (panel.options.graphMode === "area") stat.append(sparkline(values, shade || PALETTE[0]));
      add(stat, "small", name);
      add(stat, "b", value === undefined ? "No data" : written(value, field)).style.color = shade;
    }
    const longest = Math.max(...[...stats.querySelectorAll("b")].map((figure) => figure.textContent.length));
    stats.style.setProperty("--figure", `min(24px, ${140 / longest}cqi)`);
  };

  const sparkline = (values, shade) => {
    const known = values.filter((value) => value !== null);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 -1 ${count - 1} 12`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const curve = svg.appendChild(document.createElementNS(svg.namespaceURI, "polyline"));
    curve.setAttribute("stroke", shade);
    curve.setAttribute("points", values
      .map((value, i) => value !== null && `${i},${10 - 10 * (high > low ? (value - low) / (high - low) : .5)}`)
      .filter((point) => point).join(" "));
    return svg;
  };

  const drawStates = (box, panel) => {
    const rows = add(box, "div", undefined, "states");
    const states = new Map(Object.entries(panel.fieldConfig.defaults.mappings[0].options));
    for (const { name, values } of panel.series) {
      add(rows, "span", name);
      const bar = add(rows, "div");
      const parts = [];
      values.forEach((value) => {
        const state = states.get(String(value));
        if (parts.at(-1)?.state !== state || !parts.length) parts.push({ state, length: 0 });
        parts.at(-1).length++;
      });
      for (const { state, length } of parts) {
        const fits = state && 40 * length / count > state.text.length;
        const part = add(bar, "i", fits ? state.text : "");
        part.style.background = state ? NAMED[state.color] : "none";
        part.style.flex = `${length} 0 0`;
        part.title = state?.text ?? "";
      }
    }
    add(rows, "span");
    const times = add(rows, "div", undefined, "times");
    [start, (start + end) / 2, end].forEach((at) => add(times, "span", clock(at)));
  };

  const drawLegend = (box, names, colours, dashed) => {
    const legend = add(box, "div", undefined, "legend");
    names.forEach((name, s) => {
      const item = add(legend, "span");
      const key = add(item, "i", undefined, dashed[s] ? "dashed" : "");
      key.style.borderColor = colours[s];
      item.append(name);
    });
  };

  /** Each value as its share of all values at the same time. */
  const shares = (all) => {
    const sums = Array.from({ length: count }, (_, i) => all.reduce((sum, values) => sum + (values[i] ?? 0), 0));
    return all.map((values) => values.map((value, i) => (value === null || !sums[i] ? null : value / sums[i])));
  };

  /** Ticks at the multiples of a space that depends on the scale: full minutes, and powers of two for bytes. */
  const ticksEvery = (space) => ({
    afterBuildTicks: (scale) => {
      const between = space(scale);
      const first = Math.ceil(scale.min / between);
      scale.ticks = Array.from({ length: Math.floor(scale.max / between) - first + 1 }, (_, i) => ({ value: (first + i) * between }));
    },
  });

  const yAxis = (field, stacked) => axis("", {
    title: { display: false },
    type: field.custom.scaleDistribution?.type === "log" ? "logarithmic" : "linear",
    min: field.min, max: field.max, stacked,
    ...(field.unit === "bytes" && ticksEvery(({ max }) => 2 ** Math.ceil(Math.log2(max / 5)))),
    ticks: { callback: (value) => written(value, { ...field, decimals: undefined }), maxTicksLimit: 6 },
  });

  const drawLines = (box, panel) => {
    const colours = panel.series.map((_, s) => PALETTE[s % PALETTE.length]);
    const fields = panel.series.map(({ name }) => settings(panel, name));
    const stacking = panel.fieldConfig.defaults.custom?.stacking?.mode;
    const stacked = stacking === "normal" || stacking === "percent";
    if (stacking === "percent") fields.forEach((field) => Object.assign(field, { unit: "percentunit", max: 1 }));
    const all = panel.series.map(({ values }) => values);
    const drawn = stacking === "percent" ? shares(all) : all;
    const canvas = add(add(box, "div", undefined, "plot"), "canvas");
    canvas.id = "panel-" + panel.id;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", panel.title);
    const minutes = [1, 2, 5, 10, 15, 30, 60, 120, 360].find((m) => (end - start) / (60 * m) <= 6) || 1440;
    plot(canvas.id, "line", drawn.map((values, s) =>
      line(panel.series[s].name, values.map((y, i) => ({ x: start + i * step, y })), colours[s], {
        borderWidth: fields[s].custom.lineWidth,
        borderDash: fields[s].custom.lineStyle?.dash,
        backgroundColor: colours[s] + Math.round(2.55 * (fields[s].custom.fillOpacity || 0)).toString(16).padStart(2, "0"),
        fill: fields[s].custom.fillOpacity ? (stacked && s ? "-1" : "origin") : false,
      })), {
      x: axis("", {
        title: { display: false }, type: "linear", min: start, max: end,
        ...ticksEvery(() => 60 * minutes),
        ticks: { callback: (seconds) => clock(seconds) },
      }),
      y: yAxis(fields[0], stacked),
    }, "none", {
      tooltip: {
        title: (items) => (items[0] ? clock(items[0].parsed.x) : ""),
        label: (item) => `${item.dataset.label}: ${written(item.parsed.y, fields[item.datasetIndex])}`,
      },
    });
    drawLegend(box, panel.series.map(({ name }) => name), colours, fields.map((field) => field.custom.lineStyle?.fill === "dash"));
  };

  const DRAWN = { stat: drawStat, timeseries: drawLines, "state-timeline": drawStates };

  const drawPanel = (panel) => {
    const row = panel.type === "row";
    const box = add(byId("panels"), "section", undefined, row ? "panel row" : "panel");
    const { x, y, w, h } = panel.gridPos;
    Object.entries({ x: x + 1, y: y + 1, w, h }).forEach(([name, value]) => box.style.setProperty("--" + name, value));
    add(box, row ? "h2" : "h3", panel.title).title = panel.description || "";
    if (row) return;
    if (!DRAWN[panel.type]) add(box, "p", `This program cannot draw a ${panel.type}.`, "nothing");
    else if (!panel.series.length) add(box, "p", "No data", "nothing");
    else DRAWN[panel.type](box, panel);
  };

  text("title", "Dashboard " + page.title);
  text("span", `${new Date(1000 * end).toLocaleDateString("en-CA")}, ${clock(start)} to ${clock(end)}, rates over ${page.variables.window}.`);
  keepDrawn(() => {
    byId("panels").replaceChildren();
    page.panels.forEach(drawPanel);
  });
})();
