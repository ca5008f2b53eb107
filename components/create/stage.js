// Between the picture of what is being made and its video there is a moment with neither: the place stays as high.
const hold = () => {
  const place = document.querySelector(".st-key-stage-film"), shown = place?.querySelector("img, video");
  const height = shown?.getBoundingClientRect().height ?? 0;
  if (height > 1) place.style.minHeight = `${height}px`;
};
let watch = null;

// On a phone the bar with price and button lies over the page, which needs as much room below its end.
const measured = new ResizeObserver(([bar]) =>
  document.documentElement.style.setProperty("--order-bar", `${Math.ceil(bar.borderBoxSize[0].blockSize)}px`),
);
let bar = null;

const release = () => document.querySelector(".st-key-stage-film")?.style.removeProperty("min-height");

export default function ({ parentElement }) {
  if (watch === null) {
    watch = new MutationObserver(hold);
    watch.observe(document.body, { subtree: true, childList: true });
    addEventListener("resize", release);
  }
  hold();
  const drawn = document.querySelector(".st-key-order-bar");
  if (drawn !== bar) {
    measured.disconnect();
    if (drawn) measured.observe(drawn);
    bar = drawn;
  }
  // The colours of Streamlit's theme, which it tells a component alone, for what lies over the page.
  const themed = getComputedStyle(parentElement.host ?? parentElement);
  const page = document.documentElement.style;
  page.setProperty("--page-background", themed.getPropertyValue("--st-background-color"));
  page.setProperty("--page-border", themed.getPropertyValue("--st-border-color"));
  return () => {
    watch?.disconnect();
    measured.disconnect();
    bar = null;
    watch = null;
    removeEventListener("resize", release);
  };
}
