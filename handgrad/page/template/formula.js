// Level 2: the formula of a step, as printed and put right, with its verdict, its code and its letters.

const OPEN = { comment: /("""[\s\S]*?"""|#[^\n]*)/, keyword: /\b(def|return|lambda|for|in|if|else|and|or|not|is|None|True|False|raise|import|from|with|as)\b/ };

function showFormula() {
  const shownClaim = claim();
  const path = `claims.${state.step}`;
  const touched = shownVariant() === state.variant;
  fill("formula",
    element("h2", { id: "formula-title" }, word("level formula")),
    element("p.section", {}, titleOf(shownClaim), " · ", textOf(shownClaim.section)),
    element("p.states", {}, textOf(shownClaim.states)),
    touched ? null : element("p.untouched", {}, word("untouched")),
    element("div.forms", {}, formulas(shownClaim)),
    element("div.pair", {},
      verdictOn(`${path}.variants.${shownVariant()}.verdict`),
      element("div.about", {}, note(shownClaim), lettersOf(shownClaim, path))),
    element("div.pair", {}, codeByHand(shownClaim), rulesOf(shownClaim)));
}

// The form that is judged is set apart; a mistake that neither form has brings a formula of its own.
function formulas({ printed, right, same, variants }) {
  const { latex } = variants[shownVariant()];
  const judged = !latex || latex === right.latex ? "right" : latex === printed.latex ? "printed" : "own";
  const one = (key, latex, kind) => element(`div.form${kind === judged ? ".judged" : ""}`, {}, element("h3", {}, word(key)), formula(latex, true));
  return [
    ...(same ? [one("printed and right", right.latex, "right")] : [one("as printed", printed.latex, "printed"), one("put right", right.latex, "right")]),
    judged === "own" ? one("with the mistake", latex, "own") : null,
  ];
}

function note({ note: remark, domain }) {
  return element("dl.facts", {},
    element("dt", {}, word("domain")), element("dd", {}, textOf(domain)),
    remark ? [element("dt", {}, word("note")), element("dd", {}, textOf(remark))] : null);
}

// ✗ disagrees; on which condition; by what evidence
function verdictLine(verdict) {
  return element(`p.verdict-line.${kindOf(verdict.outcome)}`, {},
    mark(verdict.outcome), " ", element("strong", {}, word(`outcome ${verdict.outcome}`)),
    verdict.condition ? [": ", textOf(verdict.condition)] : null, " ",
    element("span.evidence", {}, textOf(verdict.evidence)));
}

function verdictOn(path) {
  const verdict = lookUp(path);
  return element("div.verdict", {},
    element("h3", {}, word("verdict")),
    verdictLine(verdict),
    verdict.worst ? worstOf(verdict.worst, `${path}.worst`) : null,
    verdict.explanation ? element("p", {}, textOf(verdict.explanation)) : null,
    verdict.diagnosis ? element("p.diagnosis", {}, element("strong", {}, word("diagnosis"), ": "), textOf(verdict.diagnosis)) : null,
    verdict.counterexample ? counterexample(verdict.counterexample, `${path}.counterexample`) : null,
    verdict.reproduce ? [element("h4", {}, word("reproduce")), scrollable(element("pre.command", { lang: "en" }, verdict.reproduce))] : null);
}

const OPINIONS = [["by hand", "hand"], ["automatic", "automatic"], ["numeric", "numeric"]];

function worstOf({ argument, index, numeric }, path) {
  const place = index.length ? ["[", ...range(index.length).flatMap((i) => [", ", number(`${path}.index.${i}`)]).slice(1), "]"] : [];
  const opinions = OPINIONS.filter(([, key]) => key !== "numeric" || numeric !== undefined);
  return element("p.worst", {}, word("worst at"), " ", element("code", {}, argument, ...place), ": ",
    opinions.flatMap(([key, name]) => [", ", word(key), " ", number(`${path}.${name}`)]).slice(1));
}

function counterexample({ letters }, path) {
  const rows = Object.keys(letters).map((name) => [letterOr(name), list(`${path}.letters.${name}`)]);
  const answers = [["by hand", "hand"], ["automatic", "automatic"]].map(([key, name]) => [word(key), list(`${path}.${name}`)]);
  return element("div.counterexample", {},
    element("h4", {}, word("smallest counterexample")),
    element("dl.facts", {}, [...rows, ...answers].map(([name, value]) => [element("dt", {}, name), element("dd.numbers", {}, ...value)])));
}
const letterOr = (name) => (data.letters[name] ? letter(name) : name);

// The code of the print while the print is looked at, else of the right form.
function codeByHand(shownClaim) {
  const [form, key] = shownVariant() === "printed" ? ["printed", "as printed"] : ["right", "put right"];
  const which = shownClaim.same ? "" : `: ${word(key)}`;
  return listing(word("code by hand") + which, shownClaim[form].code.map(({ source }) => source));
}
const rulesOf = ({ rules }) => listing(word("automatic rules"), rules.map((name) => data.rules[name]));

function listing(title, sources) {
  const text = sources.map((source) => source.trim()).join("\n\n\n");
  return element("div.listing", {}, element("h3", {}, title), scrollable(element("pre.code", { lang: "en" }, ...coloured(text))));
}

// Comments, docstrings and keywords set apart.
function coloured(text) {
  return text.split(OPEN.comment).flatMap((part, i) => (i % 2
    ? [element("span.comment", {}, part)]
    : part.split(OPEN.keyword).map((piece, j) => (j % 2 ? element("span.keyword", {}, piece) : piece))));
}

function lettersOf({ letters }, path) {
  const rows = letters.map(({ name, meaning }, i) => element("tr", {},
    head("row", name, letterOr(name)),
    element("td", {}, shape(`${path}.letters.${i}.shape`)),
    element("td", {}, textOf(meaning))));
  const heads = ["letter", "shape", "meaning"].map((key) => element("th", { scope: "col" }, word(key)));
  return element("div.letters", {}, element("table", {}, element("thead", {}, element("tr", {}, heads)), element("tbody", {}, rows)));
}
