// What a verdict says: its outcome and evidence, the worst entry, what is wrong, the smallest counterexample.

// ✗ disagrees; on which condition; by what evidence
function verdictLine({ outcome, condition, evidence }) {
  return element(`p.verdict-line.${kindOf(outcome)}`, {},
    mark(outcome), " ", element("strong", {}, word(`outcome ${outcome}`)), condition ? [": ", textOf(condition)] : null,
    " ", element("span.evidence", {}, textOf(evidence)));
}

function verdictOn(path) {
  const verdict = lookUp(path);
  const { worst, explanation, counterexample, reproduce } = verdict;
  return element("div.verdict", {},
    element("h3", {}, word("verdict")),
    verdictLine(verdict),
    worst ? worstOf(worst, `${path}.worst`) : null,
    explanation ? element("p", {}, textOf(explanation)) : null,
    diagnosisOf(verdict),
    counterexample ? counterexampleOf(counterexample, `${path}.counterexample`) : null,
    reproduce ? [element("h4", {}, word("reproduce")), element("pre.command", { lang: "en" }, reproduce)] : null);
}

function diagnosisOf({ diagnosis }) {
  if (!diagnosis) return null;
  return element("p.diagnosis", {}, element("strong", {}, word("diagnosis"), ": "), textOf(diagnosis));
}

const OPINIONS = [["by hand", "hand"], ["automatic", "automatic"], ["numeric", "numeric"]];

function worstOf({ argument, index }, path) {
  const at = joined(index.map((_, axis) => number(`${path}.index.${axis}`)));
  const opinions = OPINIONS.map(([key, name]) => [word(key), " ", number(`${path}.${name}`)]);
  return element("p.worst", {}, word("worst at"), " ",
    element("code", {}, argument, index.length ? ["[", at, "]"] : null), ": ", joined(opinions));
}

function counterexampleOf({ letters }, path) {
  const given = Object.keys(letters).map((name) => [letterOr(name), list(`${path}.letters.${name}`)]);
  const answers = OPINIONS.slice(0, 2).map(([key, name]) => [word(key), list(`${path}.${name}`)]);
  return element("div.counterexample", {},
    element("h4", {}, word("smallest counterexample")),
    facts([...given, ...answers]));
}
