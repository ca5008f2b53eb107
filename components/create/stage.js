// The colours of Streamlit's theme, which it tells a component alone, for what lies over the page.
// Between the picture of what is being made and its video there is a moment with neither: the place stays as high.
const hold = () => {
  const place = document.querySelector(".st-key-stage-film"), shown = place?.querySelector("img, video");
  const height = shown?.getBoundingClientRect().height ?? 0;
  if (height > 1) place.style.minHeight = `${height}px`;
};
let watch = null;

const release = () => document.querySelector(".st-key-stage-film")?.style.removeProperty("min-height");

export default function ({ parentElement }) {
  if (watch === null) {
    watch = new MutationObserver(hold);
    watch.observe(document.body, { subtree: true, childList: true });
    addEventListener("resize", release);
  }
  hold();
  const themed = getComputedStyle(parentElement.host ?? parentElement);
  const page = document.documentElement.style;
  page.setProperty("--page-background", themed.getPropertyValue("--st-background-color"));
  page.setProperty("--page-border", themed.getPropertyValue("--st-border-color"));
  return () => {
    watch?.disconnect();
    watch = null;
    removeEventListener("resize", release);
  };
}
