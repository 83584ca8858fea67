// What the page shows, kept in the address behind the #, so that a link or the browser's Back brings it again.

const DEFAULTS = {
  network: "cnn",
  step: data.networks.cnn.steps[0].claim,
  variant: "right",
  entry: null, // its place in the flat data; null: the page chooses one
  lang: document.documentElement.lang.startsWith("zh") ? "zh" : "en",
  theme: "auto",
};

const ADMITTED = {
  step: (name) => STEPS.some((step) => step.claim === name),
  variant: (name) => data.variants.some((variant) => variant.id === name),
  entry: (place) => /^\d+$/.test(place),
  lang: (name) => ["en", "zh"].includes(name),
  theme: (name) => ["auto", "light", "dark"].includes(name),
};

const listeners = [];
let state = readHash();

// The state that the address names; what it does not name, or names wrongly, is as it is at first.
function readHash() {
  const named = new URLSearchParams(location.hash.slice(1));
  const read = { ...DEFAULTS };
  for (const [name, admits] of Object.entries(ADMITTED)) {
    if (named.has(name) && admits(named.get(name))) read[name] = named.get(name);
  }
  return settled(read);
}

// The step decides the network; an entry belongs to its array alone.
function settled(read) {
  const { network } = STEPS.find((step) => step.claim === read.step);
  const entries = times(shapeOf(data.claims[read.step].automatic));
  const entry = read.entry !== null && Number(read.entry) < entries ? Number(read.entry) : null;
  return { ...read, network, entry };
}

function hashOf(shown) {
  const named = Object.keys(DEFAULTS).filter((name) => shown[name] !== null && name !== "theme");
  const pairs = named.map((name) => [name, shown[name]]);
  if (shown.theme !== "auto") pairs.push(["theme", shown.theme]);
  return "#" + new URLSearchParams(pairs);
}

// Another state: a step or a network leaves the entry behind.
function go(changes) {
  if (changes.network && !changes.step) changes.step = data.networks[changes.network].steps[0].claim;
  if (changes.step && changes.step !== state.step) changes = { entry: null, ...changes };
  const next = settled({ ...state, ...changes });
  if (hashOf(next) !== location.hash) location.hash = hashOf(next);
  show(next);
}

function show(next) {
  state = next;
  for (const listener of listeners) listener();
}

window.addEventListener("hashchange", () => {
  const next = readHash();
  if (hashOf(next) !== hashOf(state)) show(next);
});

// What is shown now
const claim = () => data.claims[state.step];
const variantName = (id) => (data.claims[id].variants[state.variant] ? state.variant : "right");
const shownVariant = () => variantName(state.step);
const verdictOf = (id) => data.claims[id].variants[variantName(id)].verdict;
const stepNumber = () => STEPS.findIndex((step) => step.claim === state.step);
