// Tells what becomes of the jobs to who does not look: in the tab's title and icon, by a status line for those who listen
// to the page, and, where that is wanted, by a sound and a notification.
const WANTED = "kineograph-tell", TOLD = "kineograph-told", TOLD_KEPT = 50;
const READY_COLOUR = "#16a34a", ICON_PX = 32, LINGER_MS = 1000;

const percents = new Map(), stages = new Map(); // by job under way
let turn = 0;
let page = null; // what was last drawn
let under = []; // the jobs that were under way then
let unseen = false; // a video is ready, and nobody has looked at this tab since
let sound = null;
const said = new Set(); // of which jobs it was said that they have ended

// The title and the icon are Streamlit's, which sets them again with each run: what it sets is kept, and marked again.

const own = { title: document.title, icon: null, ours: null, drawn: null };

function mark() {
  const furthest = Math.max(...under.map((job) => percents.get(job) ?? 0));
  let before = "";
  if (unseen) before = page.words.ready;
  else if (under.length > 0) before = page.words.percent.replace("{percent}", furthest);
  if (document.title !== own.ours) own.title = document.title;
  own.ours = before ? `${before} · ${own.title}` : own.title;
  if (document.title !== own.ours) document.title = own.ours;
  icon(unseen ? 100 : under.length > 0 ? furthest : null);
}

function icon(percent) {
  const link = document.querySelector("link[rel~=icon]");
  if (link === null) return;
  if (!link.href.startsWith("data:")) own.icon = link.href;
  if (percent === own.drawn && (percent === null) === (link.href === own.icon)) return;
  own.drawn = percent;
  link.href = percent === null ? own.icon : ring(percent);
}

function ring(percent) {
  const canvas = document.createElement("canvas"), middle = ICON_PX / 2;
  canvas.width = canvas.height = ICON_PX;
  const pen = canvas.getContext("2d");
  const arc = (colour, share) => {
    pen.strokeStyle = colour;
    pen.lineWidth = 7;
    pen.beginPath();
    pen.arc(middle, middle, middle - 5, -Math.PI / 2, Math.PI * (2 * share - 0.5));
    pen.stroke();
  };
  arc("#9ca3af88", 1);
  arc(percent >= 100 ? READY_COLOUR : page.colour, percent / 100);
  return canvas.toDataURL();
}

const headWatch = new MutationObserver(() => page && mark());

// A sound and a notification, from one tab of however many, once for each job.

function wanted() {
  return localStorage.getItem(WANTED) === "yes";
}

async function isFirst(job) {
  const claim = () => {
    const told = JSON.parse(localStorage.getItem(TOLD) ?? "[]");
    if (told.includes(job)) return false;
    localStorage.setItem(TOLD, JSON.stringify([...told, job].slice(-TOLD_KEPT)));
    return true;
  };
  return navigator.locks ? navigator.locks.request(TOLD, claim) : claim();
}

function chime() {
  sound ??= new AudioContext();
  const now = sound.currentTime;
  for (const [at, pitch] of [[0, 659], [0.15, 880]]) {
    const tone = sound.createOscillator(), loudness = sound.createGain();
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.0001, now + at);
    loudness.gain.exponentialRampToValueAtTime(0.2, now + at + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, now + at + 0.4);
    tone.connect(loudness).connect(sound.destination);
    tone.start(now + at);
    tone.stop(now + at + 0.45);
  }
}

function notify(job, words) {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.visibilityState === "visible") return;
  try {
    const note = new Notification(page.words.site, { body: words, tag: job, icon: own.icon ?? undefined });
    note.onclick = () => {
      window.focus();
      note.close();
    };
  } catch {
    // Chrome on Android shows those of service workers alone. The sound is heard all the same.
  }
}

async function tell(job, words) {
  if (!wanted() || !(await isFirst(job))) return;
  chime();
  notify(job, words);
}

async function ask() {
  if (!("Notification" in window)) return "default";
  return Notification.permission === "default" ? Notification.requestPermission() : Notification.permission;
}

// Focus goes from the button that ordered to the news, and from the page, to which it falls where what had it was drawn
// away. Never from where somebody types or chooses. `from` are the places, by their keys, that have such buttons.
function focusOn(job, from) {
  const heading = document.querySelector(`.st-key-job-${job} :is(h2, h3)`), at = document.activeElement;
  const free = at === null || at === document.body || from.some((key) => at.closest(`.st-key-${key}`) !== null);
  if (!free || heading === null) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function news(isFirst) {
  const begun = page.placed_here.filter((job) => !under.includes(job));
  // A page that is opened anew shows what is under way, and leaves the focus where it is.
  if (!isFirst && begun.length > 0) {
    requestAnimationFrame(() => begun.forEach((job) => focusOn(job, [page.order_bar, page.board])));
  }
  const ended = new Set([...under.filter((job) => !page.under_way.includes(job)), ...page.ended_since]);
  under = page.under_way;
  for (const job of ended) {
    percents.delete(job);
    stages.delete(job);
    const words = page.ended[job];
    if (words === undefined || said.has(job)) continue;
    said.add(job);
    page.status.textContent = words;
    if (page.ready.includes(job)) {
      unseen = document.visibilityState !== "visible";
      requestAnimationFrame(() => focusOn(job, [page.order_bar]));
    }
    tell(job, words);
  }
}

const heard = {
  "kineograph:progress": ({ detail: { job, percent, stage } }) => {
    if (said.has(job)) return; // from a bar that is about to be taken away
    percents.set(job, percent);
    if (!page) return;
    mark();
    // Once a stage, not at every tick.
    if (stages.get(job) !== stage) page.status.textContent = stage;
    stages.set(job, stage);
  },
  visibilitychange: () => {
    if (document.visibilityState !== "visible") return;
    unseen = false;
    if (page) mark();
  },
};

export default function ({ data, parentElement }) {
  const mine = ++turn;
  const [button, note, status] = [".tell", ".said", ".status"].map((part) => parentElement.querySelector(part));
  const themed = getComputedStyle(parentElement.host ?? parentElement), isFirst = page === null;
  if (isFirst) {
    for (const [name, listener] of Object.entries(heard)) document.addEventListener(name, listener);
    headWatch.observe(document.head, { subtree: true, childList: true, characterData: true, attributeFilter: ["href"] });
  }
  page = { ...data, status, colour: themed.getPropertyValue("--st-primary-color").trim() || "#4f46e5" };
  news(isFirst);
  mark();
  button.hidden = data.under_way.length === 0;
  if (button.hidden) note.textContent = "";
  const draw = () => {
    button.setAttribute("aria-pressed", String(wanted()));
    button.textContent = wanted() ? data.words.telling : data.words.tell;
  };
  draw();
  button.onclick = async () => {
    localStorage.setItem(WANTED, wanted() ? "no" : "yes");
    draw();
    note.textContent = "";
    if (!wanted()) return;
    sound ??= new AudioContext(); // only a press may start sounds
    sound.resume();
    if ((await ask()) !== "granted") note.textContent = data.words.sound_alone;
  };
  return () => setTimeout(() => {
    if (mine !== turn) return; // drawn again meanwhile
    for (const [name, listener] of Object.entries(heard)) document.removeEventListener(name, listener);
    headWatch.disconnect();
    under = [];
    unseen = false;
    mark();
    page = null;
  }, LINGER_MS);
}
