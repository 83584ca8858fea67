// The sum of one entry with its numbers plugged in, and the window of the image that it came from.

function showSum(place) {
  const { sum, hand } = claim().variants[shownVariant()];
  const title = element("h3", {}, word("sum of"), " ", element("code", {}, entryName(place)));
  fill("entry",
    element("div.sum", {}, title, ...(sum ? sumOf(sum, place, hand) : [element("p.help", {}, word("no sum"))])),
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
  const heads = [...sum.over, ...sum.factors.map(({ latex }) => latex)].map((latex) => head("col", latex, formula(latex)));
  const across = { scope: "row", colspan: heads.length };
  const smaller = word(sum.count - told === 1 ? "smaller term" : "smaller terms");
  return [
    formula(sum.latex, true),
    scrollable(element("div", {}, element("table.terms", {},
      element("thead", {}, element("tr", {}, heads, element("th.term", { scope: "col" }, word("term")))),
      element("tbody", {}, order.map(row), sum.rest ? element("tr.rest", {}, element("th", across, `+ ${sum.count - told} ${smaller}`), result(pathOf(sum.rest, place))) : null),
      element("tfoot", {}, element("tr", {}, element("th", across, word("together, by hand")), result(pathOf(hand, place))))))),
  ];
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
  return element("span.bar-of", { "aria-hidden": "true" }, element(`span.${side}`, { style: `--size: ${greatest ? sizeOf(value) / greatest : 0}` }));
}

function windowOf(sum, place) {
  const node = data.networks[state.network].nodes.find(({ id }) => id === sum.image);
  const [rows, columns] = pictureOf(node.value, node.picture);
  const ends = range(4).map((i) => pathOf(sum.window, place * 4 + i));
  const [top, bottom, left, right] = ends.map(lookUp);
  const frame = `--top: ${top / rows}; --bottom: ${(bottom + 1) / rows}; --left: ${left / columns}; --right: ${(right + 1) / columns}`;
  return element("figure.window", {},
    element("figcaption", {}, word("window in"), " ", letter(node.letter), ` (${textOf(node.label)})`),
    element("div.image", { style: `--rows: ${rows}; --columns: ${columns}` }, small(node.value, node.picture), element("div.frame", { style: frame })),
    element("p.where", {}, word("rows"), " ", number(ends[0]), "–", number(ends[1]), ", ", word("columns"), " ", number(ends[2]), "–", number(ends[3])));
}
