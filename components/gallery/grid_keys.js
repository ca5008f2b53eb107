// Keys of the grid and of the large view. None acts where somebody types, and none with another key held.
const FIELDS = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";
const LIST = [["← →", "key_walk"], ["Space", "key_play"], ["Enter", "key_large"], ["F", "favourite"], ["D", "download"],
  ["Delete", "delete"], ["Esc", "key_close"], ["?", "keys"]];

function newKeys(dialog, words) {
  dialog.querySelector("h2").textContent = words.keys;
  dialog.querySelector("dl").replaceChildren(...LIST.flatMap(([key, name]) => {
    const [term, meaning] = ["dt", "dd"].map((kind) => document.createElement(kind));
    [term.textContent, meaning.textContent] = [key, words[name]];
    return [term, meaning];
  }));
  const close = dialog.querySelector(".close");
  close.textContent = words.close;
  close.onclick = () => dialog.close();
  dialog.onclick = ({ target }) => target === dialog && dialog.close();
  return () => dialog.open || dialog.showModal();
}

// `acts` are what the keys do, by their names; one that gives false leaves the key to the browser.
function keyed(event, acts) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(FIELDS)) return;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key, act = acts[name];
  if (act === undefined || act(event) === false) return;
  event.preventDefault();
  event.stopPropagation();
}
