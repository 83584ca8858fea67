// Level 3: by hand | automatic | difference as heat maps that are pointed at together. One of them has the keyboard:
// arrows move, Home and End go to a row's ends, Enter chooses the entry whose sum is written out below.

const MAPS = ["hand", "automatic", "difference"];
const WORDS_OF_MAPS = { hand: "by hand", automatic: "automatic", difference: "difference" };
const BOX = 400; // pixels of the canvas along its longer side, about
const FLAT = 25; // a column of at most so many entries has its numbers written in it

let pointed = 0; // the entry that is pointed at, or that the keyboard is on

const arrayOf = (map) => claim().variants[shownVariant()][map];

// The entry whose sum is shown: the one chosen, else where the difference is greatest, or the value if nothing differs.
function chosenEntry() {
  if (state.entry !== null) return state.entry;
  const missing = valuesOf(arrayOf("hand")).indexOf(null);
  if (missing >= 0) return missing;
  const map = limitOf(arrayOf("difference")) ? "difference" : "hand";
  return farthest(valuesOf(arrayOf(map))) ?? 0;
}

function showMaps() {
  const picture = pictureOf(claim().automatic, claim().picture);
  const limits = { shared: limitOf(arrayOf("hand"), arrayOf("automatic")), own: limitOf(arrayOf("difference")) };
  const maps = MAPS.map((map) => mapOf(map, picture, map === "difference" ? limits.own : limits.shared));
  fill("entries",
    element("h2", { id: "entries-title" }, word("level entry")),
    element("p.help", {}, word("maps help")),
    element("div.maps", { mouseleave: () => point(chosenEntry()) }, maps,
      legendOf(["hand", "automatic"], limits.shared, word("one scale")),
      legendOf(["difference"], limits.own, word(limits.own ? "own scale" : "rounding alone"))),
    element("p.readout", { id: "readout" }),
    element("div.pair", { id: "entry" }));
}

function showEntry() {
  point(chosenEntry());
  showSum(pointed);
}

function mapOf(map, picture, limit) {
  const [rows, columns] = picture;
  const cell = Math.max(1, Math.floor(BOX / Math.max(rows, columns)));
  const array = arrayOf(map);
  const flatColumn = columns === 1 && rows <= FLAT;
  const canvas = element("canvas", { "aria-hidden": "true" });
  paint(canvas, array, picture, scale(limit), flatColumn ? 24 : cell);
  const cursor = element("div.cursor", { role: "gridcell", id: `cell-${map}` });
  const cells = element(`div.cells${flatColumn ? ".flat" : ""}`, {
    role: "grid", tabindex: map === "hand" ? "0" : "-1", "data-map": map, "aria-label": word(WORDS_OF_MAPS[map]),
    "aria-rowcount": rows, "aria-colcount": columns, "aria-activedescendant": `cell-${map}`,
    style: `--rows: ${rows}; --columns: ${columns}`,
    mousemove: (event) => point(entryAt(event, picture)), click: (event) => go({ entry: entryAt(event, picture) }),
    keydown: (event) => moveBy(event, picture), focus: (event) => takeOver(event.currentTarget),
  }, canvas, flatColumn ? numbersIn(array, rows, scale(limit)) : null, element("div", { role: "row" }, cursor));
  return element("figure.map", {}, element("figcaption", {}, word(WORDS_OF_MAPS[map])), cells);
}

function numbersIn(array, rows, colour) {
  const values = valuesOf(array);
  return element("div.written", { "aria-hidden": "true" }, range(rows).map((i) =>
    element(`div.on-${isDeep(colour(values[i] ?? 0)) ? "deep" : "pale"}`, {}, number(pathOf(array, i)))));
}

function entryAt(event, [rows, columns]) {
  const box = event.currentTarget.getBoundingClientRect();
  const row = Math.min(rows - 1, Math.max(0, Math.floor(((event.clientY - box.top) / box.height) * rows)));
  const column = Math.min(columns - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * columns)));
  return row * columns + column;
}

// One stop for Tab among the three maps: the one that was used last.
function takeOver(cells) {
  for (const other of document.querySelectorAll(".cells")) other.setAttribute("tabindex", other === cells ? "0" : "-1");
  point(pointed, true);
}

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function moveBy(event, [rows, columns]) {
  const [row, column] = [Math.floor(pointed / columns), pointed % columns];
  if (event.key in MOVES) {
    const [down, right] = MOVES[event.key];
    const [r, c] = [row + down, column + right];
    if (r >= 0 && r < rows && c >= 0 && c < columns) point(r * columns + c, true);
  } else if (event.key === "Home") point(row * columns, true);
  else if (event.key === "End") point(row * columns + columns - 1, true);
  else if (event.key === "Enter" || event.key === " ") go({ entry: pointed });
  else return;
  event.preventDefault();
}

// a[17]; with the numbers as they stand in the data's axes
function entryName(place) {
  const index = unravelled(shapeOf(claim().automatic), place);
  const by = claim().by === "value" ? word("value") : claim().by.includes(",") ? `(${claim().by})` : claim().by;
  return index.length ? `${by}[${index.join(", ")}]` : by;
}

// Puts the cursors of all three maps on one entry, and reads it out.
function point(place, aloud = false) {
  pointed = place;
  const [rows, columns] = pictureOf(claim().automatic, claim().picture);
  const [row, column] = [Math.floor(place / columns), place % columns];
  for (const map of MAPS) {
    const cursor = document.getElementById(`cell-${map}`);
    cursor.style.cssText = `--row: ${row}; --column: ${column}`;
    cursor.setAttribute("aria-label", entryName(place));
    cursor.setAttribute("aria-colindex", column + 1);
    cursor.setAttribute("aria-selected", place === chosenEntry());
    cursor.parentNode.setAttribute("aria-rowindex", row + 1);
  }
  const readings = MAPS.map((map) =>
    element("span.reading", {}, word(WORDS_OF_MAPS[map]), " ", number(pathOf(arrayOf(map), place))));
  const readout = fill("readout", element("code", {}, entryName(place)), ...readings);
  if (aloud) say([...readout.children].map((part) => part.textContent).join(", "));
}

// The path of the smallest or the largest value in some arrays.
function endOf(arrays, end) {
  const places = arrays.map((array) => [array, end(valuesOf(array))]).filter(([, place]) => place !== null);
  return pathOf(...places[end(places.map(([array, place]) => valuesOf(array)[place]))]);
}

// The scale's colours, with marks at zero, at the least and at the greatest value that are drawn with it.
function legendOf(maps, limit, words) {
  const arrays = maps.map(arrayOf);
  const ends = limit ? [["least", smallest], ["greatest", largest]].map(([key, end]) => [key, endOf(arrays, end)]) : [];
  const shares = [0.5, ...ends.map(([, path]) => (lookUp(path) / limit + 1) / 2)];
  const missing = arrays.some((array) => valuesOf(array).includes(null));
  return element(`div.legend-of.over-${maps.length}`, {},
    barOfColours(limit || 1),
    element("div.notches", { "aria-hidden": "true" },
      shares.map((share) => element("span.notch", { style: `--share: ${share}` }))),
    element("div.ends", {},
      limit ? ends.map(([key, path]) => element("span", {}, word(key), " ", number(path))) : word("all zero")),
    element("p.scale", {}, words, missing ? ` ╳ ${word("no value")}` : null));
}

function barOfColours(limit) {
  const bar = element("canvas.bar", { "aria-hidden": "true", width: 101, height: 1 });
  const colour = scale(limit);
  const pen = bar.getContext("2d");
  for (const i of range(101)) {
    pen.fillStyle = css(colour(limit * (i / 50 - 1)));
    pen.fillRect(i, 0, 1, 1);
  }
  return bar;
}
