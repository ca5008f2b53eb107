// What is typed reaches the server while it is typed: 700 ms after the last key, and when the page is left.
// Streamlit (1.67) sends what stands in a text area only when the field is left or Ctrl+Enter is pressed; and a number
// that is typed while the page is drawn anew and left within a tenth of a second, sometimes not at all.
const PAUSE_MS = 700;
const FIELDS = "textarea, input[type=number]";

export default function () {
  const timers = new Map();
  const forget = (field) => {
    clearTimeout(timers.get(field));
    timers.delete(field);
  };
  const send = (field) => {
    forget(field);
    const ctrlKey = field instanceof HTMLTextAreaElement;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", ctrlKey, bubbles: true, cancelable: true }));
  };
  const typed = ({ target, isComposing }) => {
    // Half a character of a script that is composed from several keys is not a word yet.
    if (!(target instanceof Element) || !target.matches(FIELDS) || isComposing) return;
    forget(target);
    timers.set(target, setTimeout(send, PAUSE_MS, target));
  };
  const left = ({ target }) => {
    if (target instanceof HTMLTextAreaElement) forget(target);
  };
  const hidden = () => {
    if (document.visibilityState === "hidden") [...timers.keys()].forEach(send);
  };
  const heard = { input: typed, compositionend: typed, focusout: left, visibilitychange: hidden };
  for (const [name, listener] of Object.entries(heard)) document.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(heard)) document.removeEventListener(name, listener);
    [...timers.keys()].forEach(forget);
  };
}
