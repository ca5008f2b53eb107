// Moves a bar and a stopwatch on by themselves between two messages of the server: the same course as
// studio/jobs/progress.py, from where the server saw the job.
const EVERY_MS = 1000;

const furthest = new Map(); // by job: a bar never goes back, whatever is drawn again
const bars = new WeakMap();

function fraction({ start, span, since_s, expected_s }, more_s) {
  if (expected_s <= 0) return start;
  const ratio = Math.max(0, since_s + more_s) / expected_s, over = ratio - 1;
  return start + span * (ratio <= 1 ? 0.8 * ratio : 0.8 + (0.15 * over) / (over + 1));
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export default function ({ data, parentElement }) {
  const [stage, track, times] = [".stage", ".track", ".times"].map((part) => parentElement.querySelector(part));
  const done = track.firstElementChild, began = performance.now();
  const draw = () => {
    const more_s = (performance.now() - began) / 1000;
    const now = Math.max(furthest.get(data.job) ?? 0, fraction(data.course, more_s));
    furthest.set(data.job, now);
    done.style.transform = `scaleX(${now})`;
    const percent = Math.floor(100 * now);
    track.setAttribute("aria-valuenow", percent);
    // For what stands elsewhere: the tab's title and icon.
    document.dispatchEvent(new CustomEvent("kineograph:progress", { detail: { job: data.job, percent, stage: data.stage } }));
    const [before, after] = data.times;
    times.textContent = before + clock(data.elapsed_s + more_s) + after;
  };
  clearInterval(bars.get(parentElement));
  stage.textContent = data.stage;
  track.setAttribute("aria-label", data.stage);
  draw();
  // It moves from its first place on, not to it: the browser has to have put it there before.
  done.getBoundingClientRect();
  done.classList.add("moves");
  const timer = setInterval(draw, EVERY_MS);
  bars.set(parentElement, timer);
  return () => clearInterval(timer);
}
