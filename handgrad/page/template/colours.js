// Arrays as pictures: blue below zero, orange above it, the paper's own colour at zero. The two differ in hue and stay
// apart for every kind of colour blindness; a value that there is not is crossed out. Values that are never negative
// can be drawn in ink instead.

const dark = matchMedia("(prefers-color-scheme: dark)");
const printing = matchMedia("print");

const SIGNED = {
  light: [[22, 66, 122], [112, 158, 206], [250, 248, 243], [232, 160, 100], [158, 62, 8]],
  dark: [[160, 205, 255], [62, 112, 172], [35, 38, 45], [166, 96, 44], [255, 190, 128]],
};
const INK = { light: [[250, 248, 243], [30, 34, 42]], dark: [[35, 38, 45], [244, 241, 234]] };
const CROSS = { light: "rgb(120 120 120)", dark: "rgb(150 150 150)" };

const isDark = () => !printing.matches && (state.theme === "dark" || (state.theme === "auto" && dark.matches));
const theme = () => (isDark() ? "dark" : "light");

// A colour for a share from 0 to 1 along some stops.
function between(stops, share) {
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2);
  return stops[low].map((channel, i) => Math.round(channel + (stops[low + 1][i] - channel) * (place - low)));
}
const css = (colour) => `rgb(${colour.join(" ")})`;

// Whether white is easier to read on a colour than black: by the luminance of WCAG 2.
function isDeep(colour) {
  const linear = (channel) => (channel <= 10 ? channel / 3295 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
  const [r, g, b] = colour.map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.18;
}

// How a colour is found for a value, when `limit` is the size that gets the strongest one.
function scale(limit, signed = true) {
  const stops = (signed ? SIGNED : INK)[theme()];
  if (!limit) return () => between(stops, signed ? 0.5 : 0);
  return (value) => between(stops, signed ? 0.5 + value / limit / 2 : value / limit);
}

const sizeOf = (value) => (value === null ? 0 : Math.abs(value));
// The size of the largest value in some arrays.
function limitOf(...arrays) {
  const values = arrays.flatMap(valuesOf);
  const place = farthest(values);
  return place === null ? 0 : sizeOf(values[place]);
}

// Rows and columns to draw an array in: as it says, as the matrix that it is, or as near to a square as can be.
function pictureOf(array, picture) {
  const lengths = shapeOf(array);
  if (picture) return picture;
  if (lengths.length === 2) return lengths;
  const count = times(lengths);
  if (count <= 32) return [count, 1];
  const rows = range(Math.floor(Math.sqrt(count)) + 1).findLast((n) => n > 0 && count % n === 0);
  return [rows, count / rows];
}

// Draws an array, `cell` pixels of the canvas a cell.
function paint(canvas, array, [rows, columns], colour, cell = 1) {
  const values = valuesOf(array);
  canvas.width = columns * cell;
  canvas.height = rows * cell;
  const pen = canvas.getContext("2d");
  values.forEach((value, place) => {
    const x = (place % columns) * cell;
    const y = Math.floor(place / columns) * cell;
    if (value === null) return cross(pen, x, y, cell);
    pen.fillStyle = css(colour(value));
    pen.fillRect(x, y, cell, cell);
  });
  return canvas;
}
function cross(pen, x, y, cell) {
  pen.strokeStyle = CROSS[theme()];
  pen.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + cell, y + cell);
  pen.moveTo(x + cell, y);
  pen.lineTo(x, y + cell);
  pen.stroke();
}

// A small picture of an array by itself.
function small(array, picture, signed = valuesOf(array).some((value) => value < 0)) {
  const [rows, columns] = pictureOf(array, picture);
  const canvas = element(columns === 1 ? "canvas.column" : "canvas");
  return paint(canvas, array, [rows, columns], scale(limitOf(array), signed));
}

// Colours change with the theme, and on paper.
const repaint = () => show(state);
dark.addEventListener("change", repaint);
printing.addEventListener("change", repaint);
