// The same course as studio/jobs/progress.py, from where the server saw a job: for whatever draws how far it is.
// By job, for all bars of the page: a bar never goes back, whatever is drawn again, and wherever.
const furthest = (globalThis.kineographFurthest ??= new Map());

function fraction({ start, span, since_s, expected_s }, more_s) {
  if (expected_s <= 0) return start;
  const ratio = Math.max(0, since_s + more_s) / expected_s, over = ratio - 1;
  return start + span * (ratio <= 1 ? 0.8 * ratio : 0.8 + (0.15 * over) / (over + 1));
}

// How far the job is so many seconds after it was seen, 0 to 1. Says so to the page, too: to the tab's title and icon.
function moved(job, stage, course, more_s) {
  const now = Math.max(furthest.get(job) ?? 0, fraction(course, more_s));
  furthest.set(job, now);
  const percent = Math.floor(100 * now);
  document.dispatchEvent(new CustomEvent("kineograph:progress", { detail: { job, percent, stage } }));
  return now;
}
