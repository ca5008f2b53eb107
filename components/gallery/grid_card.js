// One card: what it shows, its heart, and its video, which plays without sound where it is. Nothing of a video is loaded
// before. A card that is drawn again is the same one: what plays goes on, and who has the focus keeps it.
const REDUCED = matchMedia("(prefers-reduced-motion: reduce)"), NEAR = "400px", STAYS_OVER_MS = 150;

const put = (place, words) => {
  place.textContent = words;
  place.hidden = words === "";
};

const named = (button, words) => {
  const label = button.querySelector(".label");
  if (label) label.textContent = words;
  else button.setAttribute("aria-label", words);
  button.title = words;
};

// The small one where it is as sharp, or nearly.
const SMALL_IS_ENOUGH_PX = 480;
const dressed = (video) => {
  const { small, poster } = video.dataset;
  const wanted = video.clientWidth * devicePixelRatio > SMALL_IS_ENOUGH_PX ? poster : small;
  if (video.getAttribute("poster") !== wanted) video.poster = wanted;
};

// Posters are loaded as one comes near to them.
const nears = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    dressed(target);
    nears.unobserve(target);
  }
}, { rootMargin: NEAR, scrollMargin: NEAR });

function newCard(template, words) {
  const card = template.content.firstElementChild.cloneNode(true);
  for (const name of ["download", "restore", "use", "favourite"]) named(card.querySelector(`.row > .${name}`), words[name]);
  named(card.querySelector(".opens"), words.more);
  named(card.querySelector(".enlarge"), words.enlarge);
  card.querySelector(".pick input").setAttribute("aria-label", words.pick);
  card.querySelector(".origin button").title = words.origin;
  nears.observe(card.querySelector("video"));
  return card;
}

function fillCard(card, data) {
  const video = card.querySelector("video");
  card.dataset.video = data.id;
  card.setAttribute("aria-label", data.name);
  card.style.setProperty("--shape", `${data.width} / ${data.height}`);
  [video.dataset.poster, video.dataset.small] = [data.poster, data.small_poster];
  if (video.getAttribute("src") !== data.film) video.src = data.film;
  [video.width, video.height] = [data.width, data.height];
  video.setAttribute("aria-label", data.name);
  card.querySelector(".length").textContent = data.length;
  for (const part of ["title", "words", "notes", "facts"]) put(card.querySelector(`.${part}`), data[part]);
  card.querySelector(".row > .download").href = data.download;
  for (const [part, isThere] of [[".use", data.is_one_order && !data.is_binned], [".restore", data.is_binned],
    [".row > .favourite", !data.is_binned]]) card.querySelector(part).hidden = !isThere;
  const origin = card.querySelector(".origin"), [way, plain, cost] = origin.children;
  origin.hidden = data.origin === null;
  if (data.origin === null) return;
  put(way, data.origin.leads_to === null ? "" : data.origin.words);
  put(plain, data.origin.leads_to === null ? data.origin.words : "");
  put(cost, data.origin.cost);
}

function play(video) {
  video.muted = true;
  video.play().catch(() => {});
}

// Back to its poster; what was still on its way is not loaded any more.
function stop(video) {
  if (video.paused && video.readyState === 0) return;
  video.pause();
  video.setAttribute("src", video.getAttribute("src")); // load() would load it, whatever `preload` says
}

// The mouse over it plays it, a finger's first tap too; a click, or the second tap, shows it large.
function minded(card, enlarge) {
  const still = card.querySelector(".still"), video = card.querySelector("video");
  const enlarged = () => {
    clearTimeout(stays);
    enlarge();
  };
  let pointer = "mouse", stays = null;
  still.onpointerenter = ({ pointerType }) => {
    // Who only passes by starts nothing.
    if (pointerType === "mouse" && !REDUCED.matches) stays = setTimeout(() => video.isConnected && play(video), STAYS_OVER_MS);
  };
  still.onpointerleave = ({ pointerType }) => {
    clearTimeout(stays);
    if (pointerType === "mouse") stop(video);
  };
  still.onpointerdown = ({ pointerType }) => (pointer = pointerType);
  video.onclick = () => (pointer !== "mouse" && video.paused ? play(video) : enlarged());
  card.querySelector(".enlarge").onclick = enlarged;
}
