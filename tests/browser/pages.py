"""A page in the browser: opened, walked and read."""

from decimal import Decimal

# Every number that is shown, with its place in the data.
NUMBERS = "[...document.querySelectorAll('[data-at]')].map((place) => [place.dataset.at, place.textContent])"
# Every text and every label, but for what is in no language, or says that it is in another: formulas and code.
TEXTS = """[...new Set([document.title, ...(function* () {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const other = "script, style, noscript, .katex, code, [lang]:not(html)";
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const place = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (place.closest(other)) continue;
    if (node.nodeType === Node.TEXT_NODE) yield node.data;
    else for (const name of ["aria-label", "title", "alt", "placeholder"]) yield node.getAttribute(name) ?? "";
  }
})()].map((text) => text.trim()).filter(Boolean))]"""
# The fonts that KaTeX asks for.
FONT = """((family, style, weight) =>
  [family.replaceAll('"', ""), style, { normal: 400, bold: 700 }[weight] ?? weight].join())"""
FONTS = f"""[...new Set([...document.querySelectorAll(".katex-html *")]
  .filter((place) => [...place.childNodes].some((child) => child instanceof Text && /[!-~]/.test(child.data)))
  .map((place) => getComputedStyle(place))
  .map(({{ fontFamily, fontStyle, fontWeight }}) => {FONT}(fontFamily.split(",")[0], fontStyle, fontWeight)))]"""
# The colours of the cells of a picture; a copy is read, since reading slows a canvas down.
COLOURS = """([selector, rows, columns]) => {
  const canvas = document.querySelector(selector), { width, height } = canvas;
  const pen = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  const colour = (row, column) =>
    [...pen.getImageData((column + 0.5) * width / columns, (row + 0.5) * height / rows, 1, 1).data].slice(0, 3).join();
  return Array.from({ length: rows * columns }, (_, i) => colour(Math.floor(i / columns), i % columns));
}"""
# Shows one state after the other; of each, what a test wants to see.
THROUGH = """async (hashes) => {
  const seen = [];
  for (const hash of hashes) {
    const changed = new Promise((done) => addEventListener("hashchange", done, { once: true }));
    if (location.hash !== hash) {
      location.hash = hash;
      await changed;
    }
    DRAWN
    seen.push(LOOK);
  }
  return seen;
}"""
FRAME = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"


class Shown:
    """A page in a browser's window, with all that it asked for and complained of."""

    def __init__(self, context, file):
        self.context, self.file = context, file
        self.asked, self.complaints = [], []
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("request", lambda request: self.asked.append(request.url.partition("#")[0]))
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, hash=""):
        """From disk, as a double click opens it."""
        self.page.goto(self.file.as_uri() + hash)

    def through(self, hashes, look="null", drawn=False):
        """What JavaScript says of each state; when it is drawn, if that is wanted."""
        script = THROUGH.replace("LOOK", look).replace("DRAWN", FRAME if drawn else "")
        return self.page.evaluate(script, list(hashes))

    def settle(self):
        """Until what has changed is drawn."""
        self.page.evaluate(f"async () => {{ {FRAME} }}")

    def state(self):
        """What the address says."""
        pairs = self.page.evaluate("[...new URLSearchParams(location.hash.slice(1))]")
        return dict(pairs)


def states(data):
    """Every step with every mistake that changes it: their hashes."""
    claims = data["claims"].items()
    return [f"#step={name}&variant={variant}" for name, claim in claims for variant in claim["variants"]]


def steps(data):
    """The claims in the order of the walk."""
    return [step["claim"] for network in ("dense", "cnn") for step in data["networks"][network]["steps"]]


def at(data, path):
    """What stands at a path in the data."""
    for key in path.split("."):
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data


def as_shown(x, none):
    """A number as JavaScript's String writes it.

    >>> [as_shown(x, "none") for x in (3, -0.0, 0.00001, 1.5e-7, 1.1102e-16, 1e21, None)]
    ['3', '0', '0.00001', '1.5e-7', '1.1102e-16', '1e+21', 'none']
    """
    if x is None:
        return none
    if x == 0 or (x == int(x) and abs(x) < 1e21):
        return str(int(x))
    if 1e-6 <= abs(x) < 1e21:
        return format(Decimal(repr(x)), "f")
    digits, _, exponent = f"{Decimal(repr(x)).normalize():e}".partition("e")
    return f"{digits}e{int(exponent):+d}"
