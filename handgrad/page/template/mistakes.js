// The switch of mistakes: what each changes, what the verdict says of it, what it does to the loss.

function buildMistakes() {
  const options = data.variants.map((variant) => {
    const sign = variant.verdict ? mark(variant.verdict.outcome) : element("span.mark", { "aria-hidden": "true" });
    return [variant.id, element("span.mistake", {}, sign, " ", textOf(variant.name))];
  });
  fill("mistakes",
    element("h2", { id: "mistakes-title" }, word("mistakes")),
    element("p.help", {}, word("mistakes help")),
    choices("variant", word("mistakes"), options, (variant) => go({ variant })),
    element("figure.curves", {}, element("figcaption", {}, word("loss")), element("div", { id: "curve" }), element("div", { id: "losses" })),
    element("div", { id: "mistake" }));
}

// The path to what the variant is in the network shown.
function mistakePath() {
  const index = data.variants.findIndex(({ id }) => id === state.variant);
  return `variants.${index}${state.network === "dense" && data.variants[index].dense ? ".dense" : ""}`;
}

function followMistakes() {
  choose("variant", state.variant);
  const { says, verdict, equations } = lookUp(mistakePath());
  fill("mistake",
    element("p", {}, textOf(says)),
    verdict ? verdictLine(verdict) : null,
    verdict?.diagnosis ? element("p.diagnosis", {}, element("strong", {}, word("diagnosis"), ": "), textOf(verdict.diagnosis)) : null,
    equations.length ? element("p.touches", {}, word("touches"), " ", equations.map(stepLink).flatMap((link) => [", ", link]).slice(1)) : null);
  drawCurve(mistakePath());
}

// To the last formula of an equation that the mistake changes.
function stepLink(equation) {
  const target = STEPS.findLast(({ claim: id }) => data.claims[id].equation === equation && data.claims[id].variants[state.variant]);
  if (!target) return element("span", {}, `(${equation})`);
  return element("button.link", { type: "button", click: () => go({ step: target.claim }) }, `(${equation})`);
}
