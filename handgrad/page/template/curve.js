// The loss of a training with the mistake in it, beside that of the right one. Its axes have ticks at values of the
// data alone.

const HEIGHT = 170;
const LINES = { right: "--right-line", wrong: "--wrong-line" };
let plot = null;
const room = new ResizeObserver(([{ contentRect }]) => plot?.setSize({ width: contentRect.width, height: HEIGHT }));

// The curve of a variant, and beside it, where that is a mistake, the right one on the same labels.
function drawCurve(path, both) {
  const lines = [{ kind: "right", id: "right", path: `${path}.beside` }];
  if (both) lines.push({ kind: "wrong", id: state.variant, path: `${path}.curve` });
  const place = document.getElementById("curve");
  plot?.destroy();
  place.replaceChildren();
  const values = [data.curve_steps, ...lines.map((line) => lookUp(line.path))];
  plot = new uPlot(optionsFor(lines, place.clientWidth), values, place);
  room.observe(place);
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", word("loss"));
  readLosses(lines, data.curve_steps.length - 1);
}

function optionsFor(lines, width) {
  const [muted, rule] = ["--muted", "--rule"].map(colourOf);
  const axis = {
    stroke: muted, font: "11px system-ui, sans-serif", grid: { show: false },
    ticks: { stroke: rule, size: 4 }, border: { show: true, stroke: rule }, values: (_, ticks) => ticks.map(String),
  };
  const losses = lines.flatMap(({ path }) => lookUp(path));
  const ends = [smallest(losses), largest(losses)].filter((place) => place !== null).map((place) => losses[place]);
  const steps = [data.curve_steps[0], data.curve_steps.at(-1)];
  const margin = (low, high) => (high - low) * 0.06;
  return {
    width, height: HEIGHT, legend: { show: false }, padding: [8, 12, 0, 0],
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false },
      y: { range: (_, low, high) => (low === null ? [0, 1] : [low - margin(low, high), high + margin(low, high)]) },
    },
    axes: [{ ...axis, size: 26, splits: () => steps }, { ...axis, size: 62, splits: () => ends }],
    series: [{}, ...lines.map(({ kind }) => ({
      stroke: colourOf(LINES[kind]), width: 2, dash: kind === "wrong" ? [6, 4] : [], points: { show: false },
    }))],
    hooks: { setCursor: [({ cursor }) => readLosses(lines, cursor.idx ?? data.curve_steps.length - 1)] },
  };
}

// A colour of the style as the canvas understands it.
function colourOf(name) {
  const probe = element("span", { style: `color: var(${name})` });
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

// Under the curves: what the lines are, and their losses at one step.
function readLosses(lines, place) {
  fill("losses",
    element("p.at-step", {}, word("after step"), " ", number(`curve_steps.${place}`)),
    lines.map(({ kind, id, path }) => element("p.loss-line", {},
      element(`span.line.${kind}`, { "aria-hidden": "true" }), " ",
      element("span.loss-name", {}, textOf(data.variants[variantAt(id)].name)), " ",
      number(`${path}.${place}`))));
}
