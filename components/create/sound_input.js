// A file that was given as the sound is on its way until the page is drawn without the uploader that it was put into.
// Meanwhile a press of the ordering button waits for it: an order without it would be paid for, and not be what was meant.
// Stands below putting.js.
const PATIENCE_MS = 300_000; // as long as the server takes one in

const uploader = () => document.querySelector('[class*="st-key-sound-file-"]');
const nameOf = (element) => /st-key-(sound-file-\d+)/.exec(element?.className ?? "")?.[1];
const inputOf = (element) => element.querySelector('input[type="file"]');

let shown = null, timer = null, isListening = false;
let sent = null; // the file that is on its way, the uploader it was put into, when, and whether that has shown it
let held = null; // the button whose press waits for it

const begin = (element, file) => {
  sent = { file, name: nameOf(element), since: performance.now(), at: performance.now(), tries: 1, isHeard: false };
  timer ??= setTimeout(look, PAUSE_MS);
};

const look = () => {
  timer = null;
  if (sent === null) return;
  const now = performance.now();
  const element = uploader();
  const isThere = nameOf(element) === sent.name;
  const chip = isThere ? chipOf(element, sent.file) : null;
  const wasTakenOff = sent.isHeard && chip === null;
  if (isThere) insist(sent, chip, inputOf(element));
  if (!isThere || wasTakenOff || isRefused(chip) || now - sent.since > PATIENCE_MS) end();
  else timer = setTimeout(look, PAUSE_MS);
};

const end = () => {
  sent = null;
  const button = held;
  held = null;
  if (button === null) return;
  button.parentElement.removeAttribute("data-says");
  // Where it was refused, the page says why, and what to do is the person's to say.
  if (button.isConnected && document.querySelector(`.st-key-${shown.kept}`) !== null) button.click();
};

const heard = {
  change: ({ target }) => {
    const element = target instanceof Element ? target.closest('[class*="st-key-sound-file-"]') : null;
    if (!isPutting && element !== null && target.files?.length === 1) begin(element, target.files[0]);
  },
  drop: ({ target, dataTransfer }) => {
    const element = target instanceof Element ? target.closest('[class*="st-key-sound-file-"]') : null;
    if (element !== null && dataTransfer?.files.length === 1) begin(element, dataTransfer.files[0]);
  },
  click: (event) => {
    const button = event.target instanceof Element ? event.target.closest(`.st-key-${shown.button} button`) : null;
    if (sent === null || button === null) return;
    event.stopPropagation();
    event.preventDefault();
    held = button;
    button.parentElement.setAttribute("data-says", shown.words);
  },
};

export default function ({ data }) {
  shown = data;
  if (!isListening) {
    // At the window: before whatever else hears of a press.
    for (const [name, listener] of Object.entries(heard)) window.addEventListener(name, listener, true);
    isListening = true;
  }
  return () => {
    for (const [name, listener] of Object.entries(heard)) window.removeEventListener(name, listener, true);
    isListening = false;
    sent = held = null;
  };
}
