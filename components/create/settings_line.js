// Whether the settings are open is told by the page itself: it outlasts every drawing of line and settings.
export default function ({ data, parentElement }) {
  const line = parentElement.querySelector("button");
  const page = document.documentElement;
  line.firstElementChild.textContent = data.words;
  line.hidden = false; // not before it has a name
  page.dataset.settings ??= data.is_open ? "open" : "closed";
  const say = () => line.setAttribute("aria-expanded", String(page.dataset.settings === "open"));
  line.onclick = () => {
    page.dataset.settings = page.dataset.settings === "open" ? "closed" : "open";
    say();
  };
  say();
}
