// Buttons that are pressed or not say so, and the second click of a double click does not take the first one back.
const BUTTON = '[class*="st-key-favourite-"] button', NAMED = /st-key-favourite-([0-9a-f]+)/;

let favourites = new Set();
let watch = null;

const say = () => {
  for (const button of document.querySelectorAll(BUTTON)) {
    const [, job] = NAMED.exec(button.closest('[class*="st-key-favourite-"]').className) ?? [];
    const pressed = String(favourites.has(job));
    if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
  }
};

const once = (event) => {
  if (event.detail < 2 || !(event.target instanceof Element) || event.target.closest(BUTTON) === null) return;
  event.stopPropagation();
  event.preventDefault();
};

// Nothing is cleaned up: Streamlit (1.67) calls this anew whenever its data change, and may clean up after a page that
// has gone when the next one is there already.
export default function ({ data }) {
  favourites = new Set(data.favourites);
  if (watch === null) {
    watch = new MutationObserver(say);
    watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
    document.addEventListener("click", once, true);
  }
  say();
}
