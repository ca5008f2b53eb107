// The second click of a double one goes nowhere: what it was meant for has moved, and something else lies there by then.
const AGAIN_MS = 500, NEAR_PX = 24;

// Streamlit (1.67) calls the function below anew whenever its data change, without its clean-up before.
let within = "";
let first = null;
let listener = null;

function isSecond(click) {
  if (first === null || click.detail === 0) return false; // 0: a key's
  // What the system says is one, however late on a slow page.
  if (click.detail > 1) return click.detail % 2 === 0;
  // A finger's, which some browsers count one by one.
  const isNear = Math.hypot(click.clientX - first.x, click.clientY - first.y) < NEAR_PX;
  return isNear && click.timeStamp - first.at < AGAIN_MS;
}

const follow = (click) => {
  if (isSecond(click)) {
    first = null;
    click.stopPropagation();
    click.preventDefault();
    return;
  }
  const isWithin = click.target instanceof Element && click.target.closest(within) !== null;
  first = isWithin ? { x: click.clientX, y: click.clientY, at: click.timeStamp } : null;
};

export default function ({ data }) {
  within = data.within;
  if (listener === null) {
    listener = follow;
    document.addEventListener("click", listener, true);
  }
  return () => {
    document.removeEventListener("click", follow, true);
    listener = null;
  };
}
