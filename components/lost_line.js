// A lost line is said in words of ours: what is being made is made all the same.
const PATIENCE_MS = 2000;

export default function ({ data, parentElement }) {
  const banner = parentElement.querySelector("[role=status]");
  const app = document.querySelector('[data-testid="stApp"]');
  let timer = null;
  const look = () => {
    const up = app?.dataset.testConnectionState === "CONNECTED";
    clearTimeout(timer);
    if (up) banner.textContent = "";
    else timer = setTimeout(() => (banner.textContent = data.words), PATIENCE_MS);
  };
  const watch = new MutationObserver(look);
  if (app) watch.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  look();
  return () => {
    clearTimeout(timer);
    watch.disconnect();
  };
}
