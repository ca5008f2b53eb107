// One tile a job, of which one is shown large below. Stands below course.js. A tile that is drawn again is the same one:
// who has the focus on it, or has scrolled to it, stays there.
const TICK_MS = 1000;

const strips = new WeakMap(); // by where it is drawn: its tiles by job, its timer, and the job it has scrolled to

function newTile() {
  const tile = document.createElement("div"), button = document.createElement("button");
  const image = document.createElement("img"), stage = document.createElement("span");
  const track = document.createElement("div"), done = document.createElement("div");
  tile.className = "tile";
  button.type = "button";
  image.alt = "";
  stage.className = "stage";
  track.className = "track";
  done.className = "done";
  button.append(image, stage);
  track.append(done);
  tile.append(button, track);
  return { tile, button, image, stage, track, done };
}

function fill({ tile, button, image, stage, track }, data) {
  tile.classList.toggle("under-way", data.course !== null);
  tile.classList.toggle("failed", data.came_to_nothing);
  if (image.getAttribute("src") !== data.picture) image.src = data.picture;
  stage.textContent = data.stage;
  button.title = data.name;
  button.setAttribute("aria-label", data.name);
  button.setAttribute("aria-pressed", String(data.is_large));
  track.hidden = data.course === null;
  // The one shown large has its bar there: two of them would be read twice.
  const said = data.course !== null && !data.is_large;
  for (const [name, value] of [["role", "progressbar"], ["aria-label", data.stage]]) {
    if (said) track.setAttribute(name, value);
    else track.removeAttribute(name);
  }
}

function byArrow(event, group) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (step === undefined) return;
  const buttons = [...group.querySelectorAll("button")], at = buttons.indexOf(event.target);
  const right = getComputedStyle(group).direction === "rtl" ? -step : step;
  buttons[at + right]?.focus();
  event.preventDefault();
}

export default function ({ data, parentElement, setTriggerValue }) {
  const group = parentElement.querySelector(".strip"), drawnAt = performance.now();
  const strip = strips.get(parentElement) ?? { tiles: new Map(), shown: null };
  strips.set(parentElement, strip);
  clearInterval(strip.timer);
  group.setAttribute("aria-label", data.label);
  group.onkeydown = (event) => byArrow(event, group);
  for (const job of [...strip.tiles.keys()].filter((known) => !data.tiles.some((tile) => tile.job === known))) {
    strip.tiles.get(job).tile.remove();
    strip.tiles.delete(job);
  }
  data.tiles.forEach((tile, place) => {
    const parts = strip.tiles.get(tile.job) ?? newTile();
    strip.tiles.set(tile.job, parts);
    fill(parts, tile);
    if (group.children[place] !== parts.tile) group.insertBefore(parts.tile, group.children[place] ?? null);
    parts.button.onclick = () => {
      // At once, whatever the server takes to draw it.
      for (const { button } of strip.tiles.values()) button.setAttribute("aria-pressed", String(button === parts.button));
      setTriggerValue("picked", tile.job);
    };
  });
  const move = () => {
    for (const tile of data.tiles.filter(({ course }) => course !== null)) {
      const { done, track } = strip.tiles.get(tile.job);
      const now = moved(tile.job, tile.stage, tile.course, (performance.now() - drawnAt) / 1000);
      done.style.transform = `scaleX(${now})`;
      if (track.hasAttribute("role")) track.setAttribute("aria-valuenow", Math.floor(100 * now));
    }
  };
  move();
  strip.timer = setInterval(move, TICK_MS);
  const large = data.tiles.find((tile) => tile.is_large);
  if (large !== undefined && large.job !== strip.shown) {
    const { tile } = strip.tiles.get(large.job);
    // The strip alone is scrolled, never the page.
    if (tile.offsetLeft < group.scrollLeft || tile.offsetLeft + tile.offsetWidth > group.scrollLeft + group.clientWidth) {
      group.scrollLeft = tile.offsetLeft - group.clientWidth / 2;
    }
    strip.shown = large.job;
  }
  return () => clearInterval(strip.timer);
}
