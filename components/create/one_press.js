// A pressed button shows it at once, and takes no second press until the server has answered the first.
// What a second order means is decided by the server; this is so that nobody presses again for want of a sign.
const PATIENCE_MS = 10000;

// Streamlit (1.67) calls the function below anew whenever its data change, without its clean-up before.
let shown = null;
let listener = null;

const free = (button) => {
  clearTimeout(Number(button.dataset.patience));
  delete button.dataset.pressed;
  button.removeAttribute("aria-busy");
  button.parentElement.removeAttribute("data-says");
};

const press = (event) => {
  const button = event.target instanceof Element ? event.target.closest(`.st-key-${shown.button} button`) : null;
  if (button === null) return;
  if (button.dataset.pressed !== undefined) {
    event.stopPropagation();
    event.preventDefault();
    return;
  }
  button.dataset.pressed = shown.answered;
  button.setAttribute("aria-busy", "true");
  button.parentElement.setAttribute("data-says", shown.words);
  // The line may be down: then a banner says so, and the button can be tried again.
  button.dataset.patience = setTimeout(free, PATIENCE_MS, button);
};

export default function ({ data }) {
  shown = data;
  const button = document.querySelector(`.st-key-${data.button} button`);
  const pressed = button?.dataset.pressed;
  if (pressed !== undefined && pressed !== String(data.answered)) free(button);
  if (listener === null) {
    listener = press;
    document.addEventListener("click", listener, true);
  }
  return () => {
    document.removeEventListener("click", press, true);
    listener = null;
  };
}
