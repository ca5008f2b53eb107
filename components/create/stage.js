// The colours of Streamlit's theme, which it tells a component alone, for what lies over the page.
export default function ({ parentElement }) {
  const themed = getComputedStyle(parentElement.host ?? parentElement);
  const page = document.documentElement.style;
  page.setProperty("--page-background", themed.getPropertyValue("--st-background-color"));
  page.setProperty("--page-border", themed.getPropertyValue("--st-border-color"));
}
