// The switch of mistakes: what each changes, what the verdict says of it, what it does to the loss. The two networks
// have mistakes of their own; what one has not is there as put right, and said.

const variantAt = (id) => data.variants.findIndex((variant) => variant.id === id);

// The path to what a variant is in the network shown; null where it is nothing there.
function variantPath(id) {
  const path = `variants.${variantAt(id)}`;
  if (state.network === "cnn") return path;
  return lookUp(path).dense ? `${path}.dense` : null;
}

function buildMistakes() {
  const options = data.variants.map(({ id, name }) =>
    [id, element("span.mistake", {}, element("span.mark", { "aria-hidden": "true" }), " ", textOf(name))]);
  fill("mistakes",
    element("h2", { id: "mistakes-title" }, word("mistakes")),
    element("p.help", {}, word("mistakes help")),
    choices("variant", word("mistakes"), options, (variant) => go({ variant })),
    element("figure.curves", {},
      element("figcaption", {}, word("loss")), element("div", { id: "curve" }), element("div", { id: "losses" })),
    element("div", { id: "mistake" }));
}

function followMistakes() {
  choose("variant", state.variant);
  markMistakes();
  const path = variantPath(state.variant);
  const { says, verdict, equations } = lookUp(path ?? variantPath("right"));
  fill("mistake", path
    ? [element("p", {}, textOf(says)), verdictLine(verdict), diagnosisOf(verdict), touched(equations)]
    : element("p", {}, word("not in this network")));
  drawCurve(path ?? variantPath("right"), path !== null && state.variant !== "right");
}

function markMistakes() {
  for (const { id } of data.variants) {
    const input = document.querySelector(`input[name="variant"][value="${id}"]`);
    const { outcome } = lookUp(variantPath(id) ?? variantPath("right")).verdict;
    const place = input.nextSibling.querySelector(".mark");
    place.className = `mark ${kindOf(outcome)}`;
    place.textContent = MARKS[outcome];
    place.title = word(`outcome ${outcome}`);
  }
}

function touched(equations) {
  return equations.length ? element("p.touches", {}, word("touches"), " ", joined(equations.map(stepLink))) : null;
}

// To the last formula of an equation that the mistake changes.
function stepLink(equation) {
  const target = STEPS.findLast(({ claim: id }) =>
    equationOf(id) === equation && data.claims[id].variants[state.variant]);
  if (!target) return element("span", {}, `(${equation})`);
  return element("button.link", { type: "button", click: () => go({ step: target.claim }) }, `(${equation})`);
}
