// The top bar: network, language, theme; and the words that stand in the page from the start.

const TAGS = { en: "en", zh: "zh-Hans" }; // languages as HTML names them
const NAMES = { en: "English", zh: "中文" }; // and as they name themselves

function buildChoices() {
  const networks = NETWORKS.toReversed().map((name) => [name, textOf(data.networks[name].title)]);
  const languages = Object.entries(NAMES).map(([lang, name]) => [lang, element("span", { lang: TAGS[lang] }, name)]);
  const themes = ["auto", "light", "dark"].map((name) => [name, word(`theme ${name}`)]);
  fill("choices",
    choices("network", word("network"), networks, (network) => go({ network })),
    choices("lang", word("language"), languages, (lang) => go({ lang })),
    choices("theme", word("theme"), themes, (colours) => go({ theme: colours })));
  document.documentElement.lang = TAGS[state.lang];
  document.title = word("title");
  document.querySelector("h1").textContent = word("title");
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = word(place.dataset.word);
  fill("foot",
    element("p", {}, word("made by"), " ", element("code", {}, data.command), ". ", word("numbers rounded")),
    element("p", {}, word("others' work")));
}

function followChoices() {
  for (const name of ["network", "lang", "theme"]) choose(name, state[name]);
  document.documentElement.dataset.theme = state.theme;
}
