// Brings what has just happened to the top of what is seen, and the focus to where a person goes on: once for each time
// that is asked for. Either may be drawn a moment later than this, in place of another one, or be moved away by what is
// drawn above it: both are looked for until they have stayed for a while, or until somebody goes elsewhere.
const EVERY_MS = 50, STAYS_MS = 300, PATIENCE_MS = 5000, HANDS = ["wheel", "touchstart", "mousedown", "keydown"];
const OVER_THE_PAGE = "[role=menu], [role=listbox], [role=dialog]"; // it would be left behind

let answered = null;

function isPut({ key }, before) {
  const place = document.querySelector(`.st-key-${key}`), top = place?.getBoundingClientRect().top ?? null;
  const isStill = top !== null && top === before.top;
  before.top = top;
  if (!isStill || document.querySelector(OVER_THE_PAGE)) return false; // not there yet, or under way
  if ((top > -1 && top < innerHeight / 2) || top === before.triedAt) return true;
  before.triedAt = top; // at the end of a page it may be no higher
  place.scrollIntoView({ block: "start" });
  return false;
}

function hasFocus({ focus }, before) {
  const found = focus ? document.querySelector(focus) : null, at = document.activeElement;
  if (!focus || (found !== null && at === found)) return true;
  before.isTaken = before.isGiven && at !== document.body && at?.isConnected;
  if (found !== null && !before.isTaken) {
    found.focus({ preventScroll: true });
    before.isGiven = true;
  }
  return false;
}

export default function ({ data }) {
  if (data.asked_at === answered) return;
  answered = data.asked_at;
  const began = performance.now(), before = {}, elsewhere = new AbortController();
  // The second press of a double click is no other press.
  const goes = ({ type, detail }) => (type === "mousedown" && detail > 1) || elsewhere.abort();
  for (const hand of HANDS) addEventListener(hand, goes, { capture: true, passive: true, signal: elsewhere.signal });
  let since = null;
  const timer = setInterval(() => {
    const now = performance.now(), isFocused = hasFocus(data, before), isThere = isPut(data, before) && isFocused;
    since = isThere ? since ?? now : null;
    const isDone = before.isTaken || now - began > PATIENCE_MS || (isThere && now - since > STAYS_MS);
    if (isDone || elsewhere.signal.aborted || data.asked_at !== answered) {
      clearInterval(timer);
      elsewhere.abort();
    }
  }, EVERY_MS);
}
