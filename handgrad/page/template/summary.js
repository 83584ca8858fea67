// For paper: every formula with its verdict, in the report's order.

function showSummary() {
  const heads = ["formula", "statement", "verdict"].map((key) => element("th", { scope: "col" }, word(key)));
  const rows = STEPS.map(({ claim: id }) => {
    const { outcome } = verdictOf(id);
    return element("tr", {},
      element("th", { scope: "row" }, titleOf(data.claims[id])),
      element("td", {}, textOf(data.claims[id].states)),
      element("td", {}, mark(outcome), " ", word(`outcome ${outcome}`)));
  });
  const { name } = data.variants.find(({ id }) => id === state.variant);
  fill("summary", element("h2", {}, `${word("all formulas")}: ${textOf(name)}`),
    element("table", {}, element("thead", {}, element("tr", {}, heads)), element("tbody", {}, rows)));
}
