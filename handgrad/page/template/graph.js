// Where nodes lie and how edges run, in units of the drawing's width. On a narrow screen the graph runs downwards.

const WIDE = matchMedia("(min-width: 720px), print");
const NODE = 60; // side of a node
const APART = { forward: -13, back: 9 }; // how far an edge's two ways are from its middle

// The size of the drawing, and where a node's middle is.
function places(nodes) {
  const columns = Math.max(...nodes.map((node) => node.x)) + 1;
  const rows = Math.max(...nodes.map((node) => node.y)) + 1;
  if (!WIDE.matches) {
    return { width: 400, height: columns * 126 + 10, place: (node) => [110 + node.y * 190, 50 + node.x * 126] };
  }
  const pitch = Math.min(1000 / columns, 160);
  const left = (1000 - pitch * (columns - 1)) / 2;
  return { width: 1000, height: rows * 165 - 13, place: (node) => [left + node.x * pitch, 76 + node.y * 165] };
}

// One way of an edge as a cubic curve between the facing sides of two nodes.
function curveOf([x1, y1], [x2, y2], sideways) {
  const across = Math.abs(x2 - x1) > Math.abs(y2 - y1);
  const [right, down] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
  const ahead = across ? [right, 0] : [0, down];
  const half = NODE / 2 + 5;
  // Two edges into one side of a node arrive beside each other, their ways forward on the outside.
  const turn = across ? [0, (down || 1) * sideways] : [(right || 1) * sideways, 0];
  const beside = across ? [0, -down * 17] : [-right * 17, 0];
  const start = [x1 + ahead[0] * half + turn[0], y1 + ahead[1] * half + turn[1]];
  const end = [x2 - ahead[0] * half + turn[0] + beside[0], y2 - ahead[1] * half + turn[1] + beside[1]];
  const reach = Math.abs(across ? end[0] - start[0] : end[1] - start[1]) / 2;
  const bent = ([x, y], by) => [x + ahead[0] * by, y + ahead[1] * by];
  return [start, bent(start, reach), bent(end, -reach), end];
}
const middleOf = ([p, q, r, s]) => [0, 1].map((i) => (p[i] + 3 * q[i] + 3 * r[i] + s[i]) / 8);

function vector(tag, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A curve with its head, which is turned as the curve arrives.
function arrow([p, q, r, s], kind) {
  const turn = (Math.atan2(s[1] - r[1], s[0] - r[0]) * 180) / Math.PI;
  return vector("g", { class: `way ${kind}` },
    vector("path", { class: "line", d: `M${p} C${q} ${r} ${s}` }),
    vector("path", { d: "M-7,-4.5 L0,0 L-7,4.5", transform: `translate(${s}) rotate(${turn})` }));
}
