// The loss of a training with the mistake in it, beside that of the right one. Its axes have ticks at values of the data alone.

const HEIGHT = 170;
let plot = null;
const room = new ResizeObserver(([{ contentRect }]) => plot?.setSize({ width: contentRect.width, height: HEIGHT }));

function drawCurve(path) {
  const { curve, beside } = lookUp(path);
  const lines = [["right", `${path}.beside`], ["wrong", `${path}.curve`]].slice(0, state.variant === "right" ? 1 : 2);
  const place = document.getElementById("curve");
  plot?.destroy();
  plot = null;
  place.replaceChildren();
  place.closest("figure").hidden = curve.length === 0;
  if (curve.length === 0) return;
  plot = new uPlot(optionsFor(lines, place.clientWidth), [data.curve_steps, ...lines.map(([, at]) => lookUp(at))], place);
  room.observe(place);
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", word("loss"));
  sayLosses(lines, data.curve_steps.length - 1);
}

function optionsFor(lines, width) {
  const style = getComputedStyle(document.documentElement);
  const colours = ["--right-line", "--wrong-line"].map((name) => resolved(style.getPropertyValue(name)));
  const muted = resolved(style.getPropertyValue("--muted"));
  const rule = resolved(style.getPropertyValue("--rule"));
  const axis = { stroke: muted, font: "11px system-ui, sans-serif", grid: { show: false }, ticks: { stroke: rule, size: 4 }, border: { show: true, stroke: rule } };
  const all = lines.flatMap(([, path]) => lookUp(path));
  const [first, last] = [data.curve_steps[0], data.curve_steps.at(-1)];
  const ends = [smallest(all), largest(all)].filter((i) => i !== null).map((i) => all[i]);
  return {
    width, height: HEIGHT, legend: { show: false }, padding: [8, 12, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { x: { time: false }, y: { range: (_, low, high) => (low === null ? [0, 1] : [low - (high - low) * 0.06, high + (high - low) * 0.06]) } },
    axes: [
      { ...axis, size: 26, splits: () => [first, last], values: (_, at) => at.map(String) },
      { ...axis, size: 62, splits: () => ends, values: (_, at) => at.map(String) },
    ],
    series: [{}, ...lines.map((_, i) => ({ stroke: colours[i], width: 2, dash: i ? [6, 4] : [], points: { show: false } }))],
    hooks: { setCursor: [(chart) => sayLosses(lines, chart.cursor.idx ?? data.curve_steps.length - 1)] },
  };
}

// A colour as the canvas understands it.
function resolved(colour) {
  const probe = element("span", { style: `color: ${colour}` });
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

// Under the curves: what the lines are, and their losses at one step.
function sayLosses(lines, place) {
  const names = { right: "right", wrong: state.variant };
  const nameOf = (kind) => textOf(data.variants.find(({ id }) => id === names[kind]).name);
  fill("losses",
    element("p.at-step", {}, word("after step"), " ", number(`curve_steps.${place}`)),
    ...lines.map(([kind, path]) => element("p.loss-line", {},
      element(`span.line.${kind}`, { "aria-hidden": "true" }), " ", element("span.loss-name", {}, nameOf(kind)), " ", number(`${path}.${place}`))));
}
