// The sum of one entry with its numbers plugged in, and the window of the image that it came from.

function showSum(place) {
  const { sum, hand } = claim().variants[shownVariant()];
  const title = element("h3", {}, word("sum of"), " ", element("code", {}, entryName(place)));
  fill("entry",
    element("div.sum", {}, title, sum ? sumOf(sum, place, hand) : element("p.help", {}, word("no sum"))),
    sum?.window ? windowOf(sum, place) : null);
}

const sign = (text) => element("span.sign", { "aria-hidden": "true" }, text);
const result = (path, ...more) => element("td.term", {}, sign("="), number(path), ...more);

// The terms that are told, the largest first; of the others how many they are, and what they add up to.
function sumOf(sum, place, hand) {
  const told = times(shapeOf(sum.terms).slice(claim().axes.length));
  const values = valuesOf(sum.terms).slice(place * told, (place + 1) * told);
  const order = range(told).sort((a, b) => sizeOf(values[b]) - sizeOf(values[a]) || a - b);
  const greatest = sizeOf(values[order[0]]);
  const row = (term) => element("tr", {}, productOf(sum, place, term, told),
    result(pathOf(sum.terms, place * told + term), barOf(values[term], greatest)));
  const heads = [...sum.over, ...sum.factors.map(({ latex }) => latex)];
  const closing = (kind, name, path) =>
    element(`tr.${kind}`, {}, element("th", { scope: "row", colspan: heads.length }, name), result(path));
  const left = sum.count - told;
  const smaller = `+ ${left} ${word(left === 1 ? "smaller term" : "smaller terms")}`;
  const table = element("table.terms", {},
    element("thead", {}, element("tr", {},
      heads.map((latex) => head("col", latex, formula(latex))), element("th.term", { scope: "col" }, word("term")))),
    element("tbody", {}, order.map(row), sum.rest ? closing("rest", smaller, pathOf(sum.rest, place)) : null),
    element("tfoot", {}, closing("whole", word("together, by hand"), pathOf(hand, place))));
  return [formula(sum.latex, true), scrollable(element("div", {}, table))];
}

// i | first factor | × second factor | ...
function productOf(sum, place, term, told) {
  const { axes } = claim();
  const at = unravelled(shapeOf(claim().automatic), place);
  const indices = Object.fromEntries([...axes.map((name, i) => [name, at[i]]), ["kept", term]]);
  const named = sum.largest ? pathOf(sum.largest, place * told + term) : null;
  for (const name of sum.over) indices[name] = named ? lookUp(named) : term;
  const over = sum.over.map(() => element("th", { scope: "row" }, named ? number(named) : term));
  const factors = sum.factors.map(({ array, index }, i) => element("td", {}, i ? sign("×") : null,
    number(pathOf(array, flat(shapeOf(array), index.map((name) => indices[name]))))));
  return [...over, ...factors];
}

// How large a term is beside the largest, to the left when negative.
function barOf(value, greatest) {
  const side = value < 0 ? "negative" : "positive";
  const size = greatest ? sizeOf(value) / greatest : 0;
  return element("span.bar-of", { "aria-hidden": "true" }, element(`span.${side}`, { style: `--size: ${size}` }));
}

function windowOf(sum, place) {
  const node = data.networks[state.network].nodes.find(({ id }) => id === sum.image);
  const [rows, columns] = pictureOf(node.value, node.picture);
  const [top, bottom, left, right] = range(4).map((end) => pathOf(sum.window, place * 4 + end));
  const shares = {
    top: lookUp(top) / rows, bottom: (lookUp(bottom) + 1) / rows,
    left: lookUp(left) / columns, right: (lookUp(right) + 1) / columns,
  };
  const frame = Object.entries(shares).map(([side, share]) => `--${side}: ${share}`).join("; ");
  return element("figure.window", {},
    element("figcaption", {}, word("window in"), " ", letter(node.letter), ` (${textOf(node.label)})`),
    element("div.image", { style: `--rows: ${rows}; --columns: ${columns}` },
      small(node.value, node.picture), element("div.frame", { style: frame })),
    element("p.where", {},
      word("rows"), " ", number(top), "–", number(bottom), ", ",
      word("columns"), " ", number(left), "–", number(right)));
}
