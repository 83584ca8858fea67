// Everything in its place: a part is made anew when something that it hangs on has changed, so that no part moves,
// scrolls back or loses the focus without need.

const PARTS = [
  [buildChoices, ["lang"]],
  [buildWalk, ["lang"]],
  [buildNetwork, ["lang"]],
  [buildMistakes, ["lang"]],
  [followChoices, ["lang", "network", "theme"]],
  [followWalk, ["lang", "step", "variant"]],
  [followNetwork, ["lang", "step", "variant", "colours", "wide"]],
  [followMistakes, ["lang", "network", "variant", "colours"]],
  [showFormula, ["lang", "step", "variant"]],
  [showMaps, ["lang", "step", "variant", "colours"]],
  [showEntry, ["lang", "step", "variant", "colours", "entry"]],
  [showSummary, ["lang", "variant"]],
];
const shownFor = new Map();

function update() {
  const now = { ...state, colours: theme(), wide: WIDE.matches };
  for (const [part, hangsOn] of PARTS) {
    const key = hangsOn.map((name) => now[name]).join();
    if (shownFor.get(part) === key) continue;
    part();
    shownFor.set(part, key);
  }
}

listeners.push(update);
update();
