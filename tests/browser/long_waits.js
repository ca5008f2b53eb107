// Waits of four seconds and more end when a test says so, by waitLong().
(() => {
  const [begin, end, waiting] = [window.setTimeout, window.clearTimeout, new Map()];
  let next = -1;
  window.setTimeout = (then, ms, ...given) => {
    if (!(ms >= 4000)) return begin(then, ms, ...given);
    waiting.set(next, () => then(...given));
    return next--;
  };
  window.clearTimeout = id => waiting.delete(id) || end(id);
  window.waitLong = () => [...waiting.values()].forEach(then => then());
})();
