// What Streamlit says by itself it says in English. Where it does, and nowhere else, the same is said in other words: by
// changing the text that is there, as a browser's own translation does, which React leaves alone until it says something
// else.
const ITS_OWN = [
  '[data-testid="stFileUploaderDropzone"]',
  '[data-testid="InputInstructions"]',
  '[data-testid="stCameraInput"]',
  '[data-testid="stCode"] button',
  '[data-testid="stDialog"] button',
  '[data-testid="stTextInput"] button',
  '[data-testid="stSelectbox"]',
  '[data-testid="stMultiSelect"]',
  '[data-testid="stDateInput"]',
  '[data-testid="stElementToolbar"]',
  '[data-testid="stMainMenu"]',
  '[data-testid="stStatusWidget"]',
  '[data-testid="stTooltipContent"]',
  '[data-baseweb="popover"]',
].join(", ");
const NAMING = ["aria-label", "title", "placeholder"];

const BRACES = /\{\w+\}/;

let otherWords = {};
let patterns = [];
let watcher = null;
const saidBefore = new WeakMap(); // of a text or an element: what stood there in English, and what was said in its place

const isItsOwn = (element) => element !== null && element.closest(ITS_OWN) !== null;

// "25MB per file" by "{size} per file"; undefined where it is none of those.
const filledIn = (own) => {
  for (const { like, words } of patterns) {
    const found = like.exec(own);
    if (found !== null) return words.replace(BRACES, () => found[1]);
  }
  return undefined;
};

// What to say in the place of what stands there; undefined where that is none of its words, or is said already.
const inPlaceOf = (node, place, standsThere) => {
  const before = saidBefore.get(node)?.[place];
  const isSaid = before?.said === standsThere;
  const own = isSaid ? before.own : standsThere;
  const said = otherWords[own] ?? filledIn(own) ?? (isSaid ? own : undefined);
  if (said === undefined || said === standsThere) return undefined;
  saidBefore.set(node, { ...saidBefore.get(node), [place]: { own, said } });
  return said;
};

const sayOne = (text) => {
  if (!isItsOwn(text.parentElement)) return;
  const said = inPlaceOf(text, "text", text.nodeValue);
  if (said !== undefined) text.nodeValue = said;
};

const nameOne = (element) => {
  if (!isItsOwn(element)) return;
  for (const naming of NAMING) {
    const said = inPlaceOf(element, naming, element.getAttribute(naming));
    if (said !== undefined) element.setAttribute(naming, said);
  }
};

const sayAll = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return sayOne(node);
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  nameOne(node);
  for (const element of node.querySelectorAll("[aria-label], [title], [placeholder]")) nameOne(element);
  const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) sayOne(texts.currentNode);
};

const sayInOtherWords = (words) => {
  const isNew = JSON.stringify(words) !== JSON.stringify(otherWords);
  otherWords = words;
  patterns = Object.entries(words)
    .filter(([own]) => BRACES.test(own))
    .map(([own, said]) => {
      const [before, after] = own.split(BRACES).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
      return { like: new RegExp(`^${before}(.+)${after}$`), words: said };
    });
  if (watcher === null && Object.keys(words).length > 0) {
    watcher = new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "characterData") sayOne(change.target);
        else if (change.type === "attributes") nameOne(change.target);
        else change.addedNodes.forEach(sayAll);
      }
    });
    const all = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: NAMING };
    watcher.observe(document.body, all);
  }
  if (isNew) sayAll(document.body);
};
