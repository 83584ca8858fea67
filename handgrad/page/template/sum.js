// The sum of one entry with its numbers plugged in, and the window of the image that it came from.

const SHOWN_TERMS = 8;

function showSum(place) {
  const { sum, hand } = claim().variants[shownVariant()];
  const title = element("h3", {}, word("sum of"), " ", element("code", {}, entryName(place)));
  fill("entry",
    element("div.sum", {}, title, ...(sum ? sumOf(sum, place, hand) : [element("p.help", {}, word("no sum"))])),
    sum?.window ? windowOf(sum, place) : null);
}

// What each index is at an entry, and at one of its terms.
function indicesOf(sum, place, term) {
  const { axes } = claim();
  const lengths = shapeOf(sum.terms);
  const index = [...unravelled(lengths.slice(0, axes.length), place), ...unravelled(lengths.slice(axes.length), term)];
  return Object.fromEntries([...axes, ...sum.over].map((name, i) => [name, index[i]]));
}
const placeIn = (array, names, indices) => flat(shapeOf(array), names.map((name) => indices[name]));

function sumOf(sum, place, hand) {
  const count = times(shapeOf(sum.terms).slice(claim().axes.length));
  const values = valuesOf(sum.terms).slice(place * count, (place + 1) * count);
  const order = range(count).sort((a, b) => sizeOf(values[b]) - sizeOf(values[a]) || a - b);
  const greatest = sizeOf(values[order[0]]);
  const rows = order.slice(0, SHOWN_TERMS).map((term) => element("tr", {},
    sum.names ? element("th", { scope: "row" }, formula(sum.names[term])) : productOf(sum, indicesOf(sum, place, term)),
    element("td.term", {}, sign("="), number(pathOf(sum.terms, place * count + term)), barOf(values[term], greatest))));
  const heads = sum.names ? [element("td")] : headsOf(sum);
  const rest = count - rows.length;
  return [
    formula(sum.latex, true),
    scrollable(element("div", {}, element("table.terms", {},
      element("thead", {}, element("tr", {}, heads, element("th.term", { scope: "col" }, word("term")))),
      element("tbody", {}, rows, rest ? element("tr.rest", {}, element("td", { colspan: heads.length + 1 }, `+ ${rest} ${word(rest === 1 ? "smaller term" : "smaller terms")}`)) : null),
      element("tfoot", {}, element("tr", {}, element("th", { scope: "row", colspan: heads.length }, word("together, by hand")), element("td.term", {}, sign("="), number(pathOf(hand, place)))))))),
  ];
}

const sign = (text) => element("span.sign", { "aria-hidden": "true" }, text);

// i | first factor | × second factor | ...
function productOf(sum, indices) {
  const factors = sum.factors.map(({ array, index }, i) => element("td", {}, i ? sign("×") : null, number(pathOf(array, placeIn(array, index, indices)))));
  return [...sum.over.map((name) => element("th", { scope: "row" }, indices[name])), ...factors];
}
function headsOf(sum) {
  return [...sum.over, ...sum.factors.map(({ latex }) => latex)].map((latex) => element("th", { scope: "col" }, formula(latex)));
}

// How large a term is beside the largest, to the left when negative.
function barOf(value, greatest) {
  const side = value < 0 ? "negative" : "positive";
  return element("span.bar-of", { "aria-hidden": "true" }, element(`span.${side}`, { style: `--size: ${greatest ? sizeOf(value) / greatest : 0}` }));
}

function windowOf(sum, place) {
  const node = data.networks[state.network].nodes.find(({ id }) => id === sum.image);
  const [rows, columns] = pictureOf(node.value, node.picture);
  const start = placeIn(sum.window, [...sum.window_index, "end"], { ...indicesOf(sum, place, 0), end: 0 });
  const ends = range(4).map((i) => pathOf(sum.window, start + i));
  const [top, bottom, left, right] = ends.map(lookUp);
  const frame = `--top: ${top / rows}; --bottom: ${(bottom + 1) / rows}; --left: ${left / columns}; --right: ${(right + 1) / columns}`;
  return element("figure.window", {},
    element("figcaption", {}, word("window in"), " ", letter(node.letter), ` (${textOf(node.label)})`),
    element("div.image", { style: `--rows: ${rows}; --columns: ${columns}` }, small(node.value, node.picture), element("div.frame", { style: frame })),
    element("p.where", {}, word("rows"), " ", number(ends[0]), "–", number(ends[1]), ", ", word("columns"), " ", number(ends[2]), "–", number(ends[3])));
}
