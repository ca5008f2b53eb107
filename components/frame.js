// A press counts for what was pressed. Where that has moved away from under the pointer meanwhile, as a line above it came
// or went with the words that were just typed, the browser takes the press for one of whatever lies there now.
const PRESSED = "button, label, summary, a[href]", STEADY_PX = 8;

let held = null;

const isOver = (element, { clientX, clientY }) => {
  const box = element.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
};

const down = (event) => {
  const pressed = event.composedPath().find((part) => part instanceof Element && part.matches(PRESSED));
  // A finger's tap goes to where it is at its end, and no word is kept before that.
  const isHeld = event.pointerType === "mouse" && event.button === 0 && pressed;
  held = isHeld ? { pressed, x: event.clientX, y: event.clientY } : null;
};

const up = (event) => {
  const was = held;
  held = null;
  if (was === null || !was.pressed.isConnected || isOver(was.pressed, event)) return;
  if (Math.hypot(event.clientX - was.x, event.clientY - was.y) >= STEADY_PX) return;
  // Once the browser has done with the press: until then a radio button waits for its own end of it.
  setTimeout(() => was.pressed.click());
};

// A field says what stands in it as it is left. Where that is the same moment in which a link is followed, as under a
// finger, Streamlit (1.67) says it after having asked for the other page, and is back on this one: so the link waits.
const FIELDS = "textarea, input[type=text], input[type=number]", PAGE_LINK = '[data-testid="stPageLink"] a';
const SAID_AFTER_MS = 150;

let leftAt = -Infinity;

const left = (event) => {
  if (event.target instanceof Element && event.target.matches(FIELDS)) leftAt = performance.now();
};

const followed = (event) => {
  const link = event.target instanceof Element ? event.target.closest(PAGE_LINK) : null;
  const opensHere = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (link === null || !event.isTrusted || !opensHere || performance.now() - leftAt > SAID_AFTER_MS) return;
  event.preventDefault();
  event.stopPropagation();
  setTimeout(() => link.click(), SAID_AFTER_MS);
};

let isListening = false;

export default function () {
  if (!isListening) {
    document.addEventListener("pointerdown", down, true);
    document.addEventListener("pointerup", up, true);
    document.addEventListener("focusout", left, true);
    document.addEventListener("click", followed, true);
    isListening = true;
  }
  return () => {
    document.removeEventListener("pointerdown", down, true);
    document.removeEventListener("pointerup", up, true);
    document.removeEventListener("focusout", left, true);
    document.removeEventListener("click", followed, true);
    isListening = false;
  };
}
