// Elements of the page: words, numbers, formulas, marks.

const MARKS = { agrees: "✓", "agrees on a condition": "◐", disagrees: "✗", "cannot decide": "?" };
const SEVERITY = ["agrees", "agrees on a condition", "cannot decide", "disagrees"];
const NUMBERS_IN_A_ROW = 16; // a list of more than these is cut

// <tag class="..." ...>children</tag>; what is null is left out, a function listens.
function element(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return made;
}

function fill(id, ...children) {
  const place = document.getElementById(id);
  place.replaceChildren(...children.flat(Infinity).filter((child) => child !== null));
  return place;
}

// A word of the page's own, and a text of the data, in the language shown.
function word(key) {
  if (!(key in data.words)) throw new Error(`words: wanted ${key}`);
  return data.words[key][state.lang];
}
const textOf = (text) => text[state.lang];

const joined = (parts) => parts.flatMap((part) => [", ", part]).slice(1);

// What is what, line by line.
function facts(pairs) {
  return element("dl.facts", {}, pairs.map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

// The number at a path, as it stands in the data.
function number(path) {
  const value = lookUp(path);
  return element(value === null ? "span.number.none" : "span.number", { "data-at": path }, shown(value));
}
const shown = (value) => (value === null ? word("no value") : String(value));

// 12 × 12
function shape(path) {
  const lengths = lookUp(path);
  if (lengths.length === 0) return element("span.shape", {}, word("a number"));
  const parts = range(lengths.length).flatMap((axis) => [" × ", number(`${path}.${axis}`)]);
  return element("span.shape", {}, ...parts.slice(1));
}

// [[0, 1], [1, 0]]
function list(path) {
  const value = lookUp(path);
  if (!Array.isArray(value)) return [number(path)];
  const kept = range(Math.min(value.length, NUMBERS_IN_A_ROW));
  return ["[", joined(kept.map((i) => list(`${path}.${i}`))), kept.length < value.length ? ", …" : null, "]"];
}

function formula(latex, display = false) {
  const place = element(display ? "div.formula" : "span.formula");
  katex.render(latex, place, { displayMode: display, throwOnError: true, strict: "error" });
  return display ? scrollable(place) : place;
}
const letter = (name) => formula(data.letters[name].latex);
const letterOr = (name) => (data.letters[name] ? letter(name) : name);

// A table's head that is a formula: said by its name.
const head = (scope, name, set) => element("th", { scope },
  element("code.hidden", {}, name), element("span", { "aria-hidden": "true" }, set));

// What may be wider than its place can be scrolled by keyboard, when it is.
const widths = new ResizeObserver((entries) => entries.forEach(({ target }) => markScrollable(target)));
function markScrollable(place) {
  if (place.scrollWidth > place.clientWidth + 1) place.setAttribute("tabindex", "0");
  else place.removeAttribute("tabindex");
}
function scrollable(place) {
  place.classList.add("scrollable");
  widths.observe(place);
  return place;
}

const kindOf = (outcome) => outcome.replaceAll(" ", "-");
const mark = (outcome) => element(`span.mark.${kindOf(outcome)}`, { "aria-hidden": "true" }, MARKS[outcome]);

// The outcome that weighs most among the verdicts on some claims; null where there are none.
function gravest(ids) {
  const outcomes = ids.map((id) => verdictOf(id).outcome);
  return SEVERITY.findLast((outcome) => outcomes.includes(outcome)) ?? null;
}

const equationOf = (id) => data.claims[id].equation;
const titleOf = ({ equation, part }) => `(${equation}) ${word(`part ${part}`)}`;

// One choice among some, as radio buttons: they bring the arrow keys with them.
function choices(name, title, options, change) {
  const labels = options.map(([value, label]) => element("label.option", {},
    element("input", { type: "radio", name, value, change: () => change(value) }), element("span", {}, label)));
  return element("fieldset.choice", {}, element("legend.hidden", {}, title), labels);
}
function choose(name, value) {
  const input = document.querySelector(`input[name="${name}"][value="${value}"]`);
  if (input) input.checked = true;
}

const say = (text) => { document.getElementById("spoken").textContent = text; };
