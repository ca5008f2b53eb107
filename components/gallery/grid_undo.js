// What has just been put into the bin is said once, with the way to have it back, until that is closed.
function newUndo(root, words, bring) {
  const bar = root.querySelector(".gallery-undo"), said = bar.querySelector(".said");
  const [undo, close] = [".undo", ".close"].map((part) => bar.querySelector(part));
  undo.textContent = words.undo;
  named(close, words.close);
  let closed = null;
  const draw = (offer) => {
    const isOpen = offer !== null && offer.at !== closed;
    bar.classList.toggle("is-open", isOpen);
    undo.hidden = close.hidden = !isOpen;
    const text = isOpen ? offer.words : "";
    if (said.textContent !== text) said.textContent = text;
    const end = () => {
      closed = offer.at;
      draw(offer);
    };
    undo.onclick = () => {
      end();
      bring(offer.jobs);
    };
    close.onclick = end;
  };
  return draw;
}
