// The page's data, and the only way to a number: by its path. Nothing of the subject is computed here.

const data = JSON.parse(document.getElementById("data").textContent);

const lookUp = (path) => path.split(".").reduce((inner, key) => inner[key], data);

// The place of an entry in an array's flat data, and back.
const flat = (shape, index) => shape.reduce((place, length, axis) => place * length + index[axis], 0);
const unravelled = (shape, place) =>
  shape.reduceRight(([index, rest], length) => [[rest % length, ...index], Math.floor(rest / length)], [[], place])[0];

const times = (lengths) => lengths.reduce((product, length) => product * length, 1);
const range = (n) => Array.from({ length: n }, (_, i) => i);

const shapeOf = (array) => data.arrays[array].shape;

// The flat values of an array; where one is written thinly, most of them are its `fill`.
const unpacked = new Map();
function valuesOf(array) {
  if (!unpacked.has(array)) {
    const { shape: lengths, fill: usual, at: places, data: values } = data.arrays[array];
    const whole = places ? Array(times(lengths)).fill(usual) : values;
    places?.forEach((place, i) => { whole[place] = values[i]; });
    unpacked.set(array, whole);
  }
  return unpacked.get(array);
}

// The path of an entry's number.
function pathOf(array, place) {
  const { at: places } = data.arrays[array];
  if (!places) return `arrays.${array}.data.${place}`;
  const i = places.indexOf(place);
  return i < 0 ? `arrays.${array}.fill` : `arrays.${array}.data.${i}`;
}

// Of some numbers, the place of the one that comes first by an order; those that there are not are left out.
function foremost(values, comesBefore) {
  let best = null;
  values.forEach((value, place) => {
    if (value !== null && (best === null || comesBefore(value, values[best]))) best = place;
  });
  return best;
}
const smallest = (values) => foremost(values, (a, b) => a < b);
const largest = (values) => foremost(values, (a, b) => a > b);
const farthest = (values) => foremost(values, (a, b) => Math.abs(a) > Math.abs(b));

// The steps of both networks in the report's order: (1) to (4), then (5) to (15).
const NETWORKS = ["dense", "cnn"];
const STEPS = NETWORKS.flatMap((network) => data.networks[network].steps.map((step) => ({ network, ...step })));
