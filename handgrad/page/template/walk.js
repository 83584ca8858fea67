// Previous, Next, and a mark for every step between them: the backward pass in the report's order.

function buildWalk() {
  const marks = STEPS.map((step) => [step.claim, element("span.step", {})]);
  const rail = choices("step", word("steps"), marks, (step) => go({ step }));
  rail.classList.add("rail");
  const options = [...rail.querySelectorAll(".option")];
  const groups = new Map();
  STEPS.forEach((step, i) => {
    const { equation } = data.claims[step.claim];
    if (!groups.has(equation)) groups.set(equation, element("div.equation", {}, element("span.equation-number", { "aria-hidden": "true" }, `(${equation})`), element("div.equation-steps")));
    groups.get(equation).lastChild.append(options[i]);
  });
  rail.append(...groups.values());
  fill("walk",
    element("button.go", { type: "button", id: "previous", click: () => walkBy(-1) }, element("span", { "aria-hidden": "true" }, "←"), " ", word("previous")),
    rail,
    element("button.go", { type: "button", id: "next", click: () => walkBy(1) }, word("next"), " ", element("span", { "aria-hidden": "true" }, "→")));
  document.getElementById("walk").setAttribute("aria-label", word("backward pass"));
}

function walkBy(by) {
  const next = STEPS[stepNumber() + by];
  if (next) go({ step: next.claim });
}

function followWalk() {
  choose("step", state.step);
  for (const step of STEPS) {
    const { outcome } = verdictOf(step.claim);
    const input = document.querySelector(`input[name="step"][value="${step.claim}"]`);
    input.setAttribute("aria-label", `${titleOf(data.claims[step.claim])}: ${word(`outcome ${outcome}`)}`);
    input.closest(".option").title = input.getAttribute("aria-label");
    const place = input.nextSibling.firstChild;
    place.className = `step ${kindOf(outcome)}`;
    place.textContent = MARKS[outcome];
  }
  // A button that is switched off would lose the focus that a keyboard has on it.
  document.getElementById("previous").setAttribute("aria-disabled", stepNumber() === 0);
  document.getElementById("next").setAttribute("aria-disabled", stepNumber() === STEPS.length - 1);
}
