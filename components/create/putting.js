// Puts a file into an uploader, as if it had been chosen there, and until the uploader shows it. Stands above those that do.
//
// Streamlit (1.67.0) forgets to answer an uploader that asks where to send a file just when the page is drawn again
// (ForwardMsgQueue.clear): whatever was given is given once more.
const PAUSE_MS = 150;
const UNHEARD_MS = 1_500;
const TRIES = 4;

// By its name: what an uploader shows of a file before, which was refused, says nothing of this one.
const chipOf = (uploader, file) =>
  [...uploader.querySelectorAll('[data-testid="stFileChip"]')].findLast(
    (chip) => chip.querySelector('[data-testid="stFileChipName"]')?.title === file.name,
  ) ?? null;
const isRefused = (chip) => chip !== null && chip.querySelector('[data-testid="stFileChipIconError"]') !== null;

let isPutting = false; // what is heard meanwhile is no hand's
const put = (input, file) => {
  const one = new DataTransfer();
  one.items.add(file);
  input.files = one.files;
  isPutting = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  isPutting = false;
};

// `sent`: the file that is on its way, since when, how often it was given, and whether the uploader has shown it.
const insist = (sent, chip, input) => {
  sent.isHeard ||= chip !== null;
  if (sent.isHeard || sent.tries >= TRIES || performance.now() - sent.at <= UNHEARD_MS) return;
  sent.tries += 1;
  sent.at = performance.now();
  put(input, sent.file);
};
