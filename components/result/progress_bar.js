// Moves a bar and a stopwatch on by themselves between two messages of the server. Stands below course.js.
const EVERY_MS = 1000;

const bars = new WeakMap();

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export default function ({ data, parentElement }) {
  const [stage, track, times] = [".stage", ".track", ".times"].map((part) => parentElement.querySelector(part));
  const done = track.firstElementChild, began = performance.now();
  const draw = () => {
    const more_s = (performance.now() - began) / 1000;
    const now = moved(data.job, data.stage, data.course, more_s);
    done.style.transform = `scaleX(${now})`;
    track.setAttribute("aria-valuenow", Math.floor(100 * now));
    const [before, after] = data.times;
    times.textContent = before + clock(data.elapsed_s + more_s) + after;
  };
  clearInterval(bars.get(parentElement));
  stage.textContent = data.stage;
  track.setAttribute("aria-label", data.stage);
  // Not before it has a name: a bar without one is read out as nothing.
  track.setAttribute("role", "progressbar");
  parentElement.querySelector(".usual").textContent = data.usual;
  draw();
  // It moves from its first place on, not to it: the browser has to have put it there before.
  done.getBoundingClientRect();
  done.classList.add("moves");
  const timer = setInterval(draw, EVERY_MS);
  bars.set(parentElement, timer);
  return () => clearInterval(timer);
}
