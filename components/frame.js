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

let isListening = false;

export default function () {
  if (!isListening) {
    document.addEventListener("pointerdown", down, true);
    document.addEventListener("pointerup", up, true);
    isListening = true;
  }
  return () => {
    document.removeEventListener("pointerdown", down, true);
    document.removeEventListener("pointerup", up, true);
    isListening = false;
  };
}
