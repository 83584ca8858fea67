// Level 2: the formula of a step, as printed and put right, with its verdict, its letters and its code.

function showFormula() {
  const shown = claim();
  const untouched = shownVariant() !== state.variant && !(state.variant === "printed" && shown.same);
  fill("formula",
    element("h2", { id: "formula-title" }, word("level formula")),
    element("p.section", {}, titleOf(shown), " · ", textOf(shown.section)),
    element("p.states", {}, textOf(shown.states)),
    untouched ? element("p.untouched", {}, word("untouched")) : null,
    element("div.forms", {}, formsOf(shown)),
    element("div.pair", {},
      verdictOn(`claims.${state.step}.variants.${shownVariant()}.verdict`),
      element("div.about", {}, domainOf(shown), lettersOf(shown, `claims.${state.step}.letters`))),
    element("div.pair", {}, codeByHand(shown), rulesOf(shown)));
}

// The form that is judged is set apart; a mistake that neither form has brings a formula of its own.
function formsOf({ printed, right, same, variants }) {
  const { latex } = variants[shownVariant()];
  const judged = !latex || latex === right.latex ? right.latex : latex;
  const form = (key, written) => element(`div.form${written === judged ? ".judged" : ""}`, {},
    element("h3", {}, word(key)), formula(written, true));
  const forms = same
    ? [form("printed and right", right.latex)]
    : [form("as printed", printed.latex), form("put right", right.latex)];
  return [...forms, [printed.latex, right.latex].includes(judged) ? null : form("with the mistake", latex)];
}

function domainOf({ note, domain }) {
  return facts([[word("domain"), textOf(domain)], ...(note ? [[word("note"), textOf(note)]] : [])]);
}

function lettersOf({ letters }, path) {
  const rows = letters.map(({ name, meaning }, i) => element("tr", {},
    head("row", name, letterOr(name)),
    element("td", {}, shape(`${path}.${i}.shape`)),
    element("td", {}, textOf(meaning))));
  const heads = ["letter", "shape", "meaning"].map((key) => element("th", { scope: "col" }, word(key)));
  return element("table.letters", {}, element("thead", {}, element("tr", {}, heads)), element("tbody", {}, rows));
}

// The code of the print while the print is looked at, else of the right form.
function codeByHand(shown) {
  const [form, key] = shownVariant() === "printed" ? ["printed", "as printed"] : ["right", "put right"];
  const which = shown.same ? "" : `: ${word(key)}`;
  return listing(word("code by hand") + which, shown[form].code.map(({ source }) => source));
}
const rulesOf = ({ rules }) => listing(word("automatic rules"), rules.map((name) => data.rules[name]));

function listing(title, sources) {
  const text = sources.map((source) => source.trim()).join("\n\n\n");
  return element("div.listing", {},
    element("h3", {}, title), scrollable(element("pre.code", { lang: "en" }, coloured(text))));
}

const COMMENT = /("""[\s\S]*?"""|#[^\n]*)/;
const KEYWORD = new RegExp(`\\b(${[
  "def return lambda raise import from as", "if else for in with", "and or not is None True False",
].join(" ").replaceAll(" ", "|")})\\b`);

// Comments, docstrings and keywords set apart; a split by a group leaves what the group found at odd places.
function coloured(text) {
  return text.split(COMMENT).map((part, i) => (i % 2
    ? element("span.comment", {}, part)
    : part.split(KEYWORD).map((piece, j) => (j % 2 ? element("span.keyword", {}, piece) : piece))));
}
