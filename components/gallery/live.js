// Says when the page, which is no longer as it should be, can be drawn anew: a dialog of Streamlit's (1.67) is shut by that.
const EVERY_MS = 250, AGAIN_MS = 3000, DIALOG = "[data-testid=stDialog]";

export default function ({ setTriggerValue }) {
  let timer = null;
  const look = () => {
    const isCalm = document.querySelector(DIALOG) === null;
    if (isCalm) setTriggerValue("calm", true);
    // What is said while the server is busy may not arrive.
    timer = setTimeout(look, isCalm ? AGAIN_MS : EVERY_MS);
  };
  look();
  return () => clearTimeout(timer);
}
