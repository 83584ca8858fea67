// Level 1: the network as a graph. Forward runs to the right in grey; back runs the cotangent of each node, as a
// picture on its edge, framed and marked by the verdict of the formulas that belong to it.

function buildNetwork() {
  const legend = SEVERITY.map((outcome) => element("span.key", {}, mark(outcome), " ", word(`outcome ${outcome}`)));
  fill("network",
    element("h2", { id: "network-title" }, word("level network")),
    element("div.graph", { id: "graph" }),
    element("div.says", { id: "says", "aria-live": "polite" }),
    element("div.legend", {},
      element("span.key.forward", {}, word("forward")), element("span.key.back", {}, word("back")), legend));
}

function followNetwork() {
  const graph = document.getElementById("graph");
  const drawnFor = [state.network, theme(), WIDE.matches].join();
  if (graph.dataset.drawnFor !== drawnFor) drawGraph(graph);
  graph.dataset.drawnFor = drawnFor;
  const step = STEPS[stepNumber()];
  followGraph(graph, step);
  fill("says",
    element("p.step-title", {}, mark(verdictOf(state.step).outcome), " ", titleOf(claim())),
    element("p", {}, textOf(step.says)));
}

const edgeName = (from, to) => `${from} ${to}`;
const at = ([x, y]) => `left: calc(${x} * var(--unit)); top: calc(${y} * var(--unit))`;

function drawGraph(graph) {
  const { nodes, edges } = data.networks[state.network];
  const { width, height, place } = places(nodes);
  const node = Object.fromEntries(nodes.map((one) => [one.id, one]));
  const lines = vector("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const carried = [];
  for (const { from, to } of edges) {
    const [start, end] = [place(node[from]), place(node[to])];
    const both = [arrow(curveOf(start, end, APART.forward), "forward")];
    if (node[from].cotangent !== null) {
      const back = curveOf(start, end, APART.back);
      both.push(arrow(back.toReversed(), "back"));
      carried.push(carriedOn(node[from], to, middleOf(back)));
    }
    lines.append(vector("g", { "data-edge": edgeName(from, to) }, ...both));
  }
  graph.style.setProperty("--width", width);
  graph.style.setProperty("--height", height);
  graph.replaceChildren(lines, ...carried, ...nodes.map((one, i) => nodeAt(one, i, place(one))));
}

function pictureOrNumber(array, picture, signed) {
  return times(shapeOf(array)) === 1 ? number(pathOf(array, 0)) : small(array, picture, signed);
}

// The cotangent of a node on its edge.
function carriedOn(node, to, middle) {
  return element("div.carried", { style: at(middle), role: "img", "data-edge": edgeName(node.id, to) },
    pictureOrNumber(node.cotangent, node.picture, true), element("span.mark", { "aria-hidden": "true" }));
}

// A node: a button to the first formula about it, where there is one.
function nodeAt(node, index, place) {
  const target = STEPS.find(({ claim: id }) => node.claims.includes(id));
  const attributes = { style: at(place), "data-node": node.id };
  const lengths = `networks.${state.network}.nodes.${index}.shape`;
  const inside = [
    element("span.node-letter", {}, letter(node.letter)),
    element("span.node-picture", {},
      pictureOrNumber(node.value, node.picture), element("span.mark", { "aria-hidden": "true" })),
    node.shape.length ? element("span.node-shape", {}, shape(lengths)) : null,
  ];
  const tag = `.node.${node.kind}.${node.y > 0 ? "below" : "above"}`;
  return target
    ? element(`button${tag}`, { ...attributes, type: "button", click: () => go({ step: target.claim }) }, inside)
    : element(`div${tag}`, { ...attributes, role: "group" }, inside);
}

// What hangs on the step and on the mistake: verdicts, and what the step is about.
function followGraph(graph, step) {
  const { nodes, edges } = data.networks[state.network];
  for (const node of nodes) {
    const said = [`${node.id}: ${textOf(node.label)}`, word(`kind ${node.kind}`)];
    follow(graph.querySelectorAll(`[data-node="${node.id}"]`), node.claims, said, step.nodes.includes(node.id));
  }
  const lit = step.edges.map((edge) => edgeName(...edge));
  for (const { from, to, claims } of edges) {
    const name = edgeName(from, to);
    const said = [`${word("cotangent of")} ${from}`];
    follow(graph.querySelectorAll(`[data-edge="${name}"]`), claims, said, lit.includes(name));
  }
}

function follow(places, claims, said, now) {
  const outcome = gravest(claims);
  for (const place of places) {
    for (const other of SEVERITY) place.classList.toggle(kindOf(other), other === outcome);
    place.classList.toggle("now", now);
    if (place instanceof SVGElement) continue; // a line says nothing itself
    place.querySelector(".mark").textContent = outcome ? MARKS[outcome] : "";
    place.title = [...said, ...(outcome ? [word(`outcome ${outcome}`)] : [])].join(", ");
    place.setAttribute("aria-label", place.title);
  }
}

WIDE.addEventListener("change", repaint);
