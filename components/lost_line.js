// A lost line is said in words of ours: what is being made is made all the same. An alert that comes and goes: one that
// is there and empty is read as an alert, too.
const PATIENCE_MS = 2000;

// Streamlit (1.67) lays a dialog over the page meanwhile, "Streamlit server is not responding", which hides all else from
// a screen reader and from the keyboard. Closed, it does not come back. A dialog of ours has a block of the page in it.
const dismiss = () => {
  for (const dialog of document.querySelectorAll('[data-testid="stDialog"]')) {
    if (dialog.querySelector('[data-testid="stVerticalBlock"]')) continue;
    dialog.style.visibility = "hidden"; // at once: it goes in its own time
    dialog.querySelector('[aria-label="Close"]')?.click();
  }
};

export default function ({ data, parentElement }) {
  const place = parentElement.querySelector(".place");
  const app = document.querySelector('[data-testid="stApp"]');
  const dialogs = new MutationObserver(dismiss);
  let timer = null;
  const say = () => {
    const banner = document.createElement("div");
    banner.setAttribute("role", "alert");
    banner.textContent = data.words;
    place.replaceChildren(banner);
  };
  const look = () => {
    const up = app?.dataset.testConnectionState === "CONNECTED";
    clearTimeout(timer);
    dialogs.disconnect();
    if (up) {
      place.replaceChildren();
      return;
    }
    timer = setTimeout(say, PATIENCE_MS);
    dialogs.observe(document.body, { childList: true, subtree: true });
    dismiss();
  };
  const watch = new MutationObserver(look);
  if (app) watch.observe(app, { attributes: true, attributeFilter: ["data-test-connection-state"] });
  look();
  return () => {
    clearTimeout(timer);
    watch.disconnect();
    dialogs.disconnect();
  };
}
