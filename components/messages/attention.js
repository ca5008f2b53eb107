// Puts the focus where a person goes on, once for each time that is asked for. What is to have it may be drawn a moment
// later than this, and in place of another one: it is looked for until it has stayed for a while.
const EVERY_MS = 50, STAYS_MS = 300, PATIENCE_MS = 2000;

let answered = 0;

export default function ({ data }) {
  if (data.turn === answered) return;
  answered = data.turn;
  const began = performance.now();
  let since = null;
  const timer = setInterval(() => {
    const now = performance.now(), found = document.querySelector(data.focus), at = document.activeElement;
    // Somebody has gone elsewhere meanwhile.
    const isTaken = since !== null && at !== found && at !== document.body && at?.isConnected;
    if (isTaken || now - began > PATIENCE_MS || (since !== null && at === found && now - since > STAYS_MS)) {
      clearInterval(timer);
    } else if (found !== null && at !== found) {
      found.focus({ preventScroll: true }); // the page scrolls there by itself
      since = now;
    }
  }, EVERY_MS);
}
