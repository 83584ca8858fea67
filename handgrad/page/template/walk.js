// Previous, Next, and a mark for every step between them: the backward pass in the report's order.

function buildWalk() {
  const marks = STEPS.map((step) => [step.claim, element("span.step")]);
  const rail = choices("step", word("steps"), marks, (step) => go({ step }));
  rail.classList.add("rail");
  const options = [...rail.querySelectorAll(".option")];
  const equations = [...new Set(STEPS.map((step) => equationOf(step.claim)))];
  rail.append(...equations.map((equation) => element("div.equation", {},
    element("span.equation-number", { "aria-hidden": "true" }, `(${equation})`),
    element("div.equation-steps", {}, options.filter((_, i) => equationOf(STEPS[i].claim) === equation)))));
  const pointing = (sign) => element("span", { "aria-hidden": "true" }, sign);
  const button = (id, by, ...inside) =>
    element("button.go", { type: "button", id, click: () => walkBy(by) }, ...inside);
  fill("walk",
    button("previous", -1, pointing("←"), " ", word("previous")),
    rail,
    button("next", 1, word("next"), " ", pointing("→")));
  document.getElementById("walk").setAttribute("aria-label", word("backward pass"));
}

function walkBy(by) {
  const next = STEPS[stepNumber() + by];
  if (next) go({ step: next.claim });
}

function followWalk() {
  choose("step", state.step);
  for (const { claim: id } of STEPS) {
    const { outcome } = verdictOf(id);
    const input = document.querySelector(`input[name="step"][value="${id}"]`);
    const said = `${titleOf(data.claims[id])}: ${word(`outcome ${outcome}`)}`;
    input.setAttribute("aria-label", said);
    input.closest(".option").title = said;
    const place = input.nextSibling.firstChild;
    place.className = `step ${kindOf(outcome)}`;
    place.textContent = MARKS[outcome];
  }
  // A button that is switched off would lose the focus that a keyboard has on it.
  document.getElementById("previous").setAttribute("aria-disabled", stepNumber() === 0);
  document.getElementById("next").setAttribute("aria-disabled", stepNumber() === STEPS.length - 1);
}
