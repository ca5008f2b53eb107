// Pictures may be dropped anywhere on the page, pasted, or chosen several at a time: they go to the uploaders one by one,
// as if each had been chosen there. The next goes when there is a new, empty uploader for it: then the one before was taken.
// Stands below putting.js.
const PATIENCE_MS = 90_000;

const inputs = () => [...document.querySelectorAll('[data-testid="stFileUploader"] input[type="file"]')];
// Which uploader it is, by the name of its widget: the element may be drawn anew while it is still the same one.
const nameOf = (input) => /st-key-((line|picture)-file-\d+)/.exec(input.closest("[class*='-file-']")?.className ?? "")?.[1];
const find = (kind) => inputs().find((input) => !input.disabled && nameOf(input)?.startsWith(kind)) ?? null;
const main = () => find("picture"), further = () => find("line");
const fits = (file) => file.size <= mostBytes;
const isPicture = (file) => file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name);

const queue = []; // of further pictures
let sent = null; // the file that is on its way, the uploader it was put into, when, and whether that has shown it
let since = 0, timer = null, tell = () => {}, room = 0, mostBytes = 0;
let saidToCome = 0, form = null;

// Those that wait, and the one that is just being uploaded: until it was taken it is not on the form.
const toCome = () => queue.length + (sent !== null && sent.name.startsWith("line"));
// Not while an uploader waits for its answer: telling draws the page anew, which is just what makes Streamlit forget it.
const sayHowManyCome = () => {
  if (toCome() === saidToCome || (sent !== null && !sent.isHeard && sent.tries < TRIES)) return;
  saidToCome = toCome();
  tell("coming", saidToCome);
};

const watchOver = (input, file) => {
  since = performance.now();
  sent = { file, name: nameOf(input), at: since, tries: 1, isHeard: false };
  timer ??= setTimeout(pump, PAUSE_MS);
};

const pump = () => {
  timer = null;
  const late = performance.now() - since > PATIENCE_MS;
  const there = sent === null ? null : inputs().find((input) => nameOf(input) === sent.name) ?? null;
  const chip = there === null ? null : chipOf(there.closest('[data-testid="stFileUploader"]'), sent.file);
  if (there !== null) insist(sent, chip, there);
  // Another uploader in its place: the file was taken. Or it is refused, which its chip goes on saying.
  if (sent !== null && (there === null || late || isRefused(chip))) sent = null;
  const next = further();
  const isFree = sent === null || (!sent.name.startsWith("line") && (sent.isHeard || sent.tries === TRIES));
  if (queue.length > 0 && next !== null && isFree) {
    const file = queue.shift();
    put(next, file);
    watchOver(next, file);
  } else if (queue.length > 0 && late) {
    // The line is down, or the page another one.
    queue.length = 0;
  }
  sayHowManyCome();
  if (queue.length > 0 || sent !== null || toCome() !== saidToCome) timer ??= setTimeout(pump, PAUSE_MS);
};

const give = (given, first = main()) => {
  const pictures = [...given].filter(isPicture);
  const files = pictures.length > 0 ? pictures : [...given].slice(0, 1);
  if (first === null || files.length === 0) return false;
  const isMain = nameOf(first).startsWith("picture");
  const fit = files.filter(fits);
  if (isMain && fit.length === 0) {
    // Nothing is taken: said where the picture would be, in place of what was said of the one before.
    tell("first_too_large", files.length);
    return true;
  }
  const others = isMain ? fit.slice(1) : fit;
  const welcome = others.slice(0, Math.max(0, room - queue.length));
  if (isMain) {
    put(first, fit[0]);
    watchOver(first, fit[0]);
  }
  queue.push(...welcome);
  since = performance.now();
  timer ??= setTimeout(pump, PAUSE_MS);
  if (fit.length < files.length) tell("too_large", files.length - fit.length);
  else if (welcome.length < others.length) tell("left_out", others.length - welcome.length);
  return true;
};

const ours = (target) => target instanceof HTMLInputElement && (target === main() || target === further());
const hasFiles = (transfer) => transfer !== null && [...transfer.types].includes("Files");
const mark = (on) => document.documentElement.toggleAttribute("data-dropping", on);
const dropzone = ({ target }) => (target instanceof Element ? target.closest('[data-testid="stFileUploaderDropzone"]') : null);

const heard = {
  dragover: (event) => {
    if (!hasFiles(event.dataTransfer) || main() === null) return;
    event.preventDefault();
    mark(true);
  },
  dragleave: (event) => {
    if (event.relatedTarget === null) mark(false);
  },
  drop: (event) => {
    mark(false);
    if (!hasFiles(event.dataTransfer)) return;
    const its = dropzone(event)?.querySelector('input[type="file"]') ?? null;
    // The uploader's own field serves the one file that is dropped onto it, unless it would only say what it does not take.
    const isOne = event.dataTransfer.files.length < 2;
    if (its !== null && (!ours(its) || (isOne && [...event.dataTransfer.files].every(fits)))) return;
    // Else the browser would leave the page and show the file.
    event.preventDefault();
    if (its !== null) event.stopPropagation();
    give(event.dataTransfer.files, its ?? main());
  },
  paste: (event) => {
    if (hasFiles(event.clipboardData) && give(event.clipboardData.files)) event.preventDefault();
  },
  change: (event) => {
    if (isPutting || !ours(event.target) || event.target.files.length === 0) return;
    if (event.target.files.length === 1 && fits(event.target.files[0])) {
      watchOver(event.target, event.target.files[0]);
      return;
    }
    event.stopPropagation();
    const files = [...event.target.files];
    event.target.value = "";
    give(files, event.target);
  },
};

const allowSeveral = () => {
  for (const input of inputs()) if (ours(input)) input.multiple = true;
};
let watch = null;

export default function ({ data, setTriggerValue, setStateValue }) {
  room = data.room;
  mostBytes = data.most_bytes;
  tell = (name, count) => (name === "coming" ? setStateValue : setTriggerValue)(name, count);
  if (form !== data.form) {
    // Emptied, or filled with something else: what was given for the one before is not for this one.
    form = data.form;
    queue.length = 0;
    sayHowManyCome();
  }
  if (watch === null) {
    // Before Streamlit hears of it: of several files it would take none, and of one too large it speaks English alone.
    for (const [name, listener] of Object.entries(heard)) document.addEventListener(name, listener, true);
    watch = new MutationObserver(allowSeveral);
    watch.observe(document.body, { subtree: true, childList: true });
  }
  allowSeveral();
  return () => {
    for (const [name, listener] of Object.entries(heard)) document.removeEventListener(name, listener, true);
    watch?.disconnect();
    watch = null;
    mark(false);
  };
}
