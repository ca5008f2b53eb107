// A browser opens its menu only in answer to a press, and forgets the press within seconds. So the film is fetched in
// answer to the first one; where that took too long, a second one sends it at once.
const TYPE = "video/mp4";

const canSendFiles = (name) => {
  try {
    return navigator.canShare?.({ files: [new File([], name, { type: TYPE })] }) === true;
  } catch {
    return false;
  }
};

const fetched = async (address, name) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new File([await answer.blob()], name, { type: TYPE });
};

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  let film = null;
  button.textContent = data.words.send;
  button.hidden = !canSendFiles(data.name);
  button.onclick = async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      if (film === null) {
        button.textContent = data.words.coming;
        film = await fetched(data.film, data.name);
      }
      await navigator.share({ files: [film] });
      button.textContent = data.words.send;
    } catch (error) {
      // Given up in the menu is no failure.
      if (film === null) button.textContent = data.words.failed;
      else button.textContent = error.name === "NotAllowedError" ? data.words.ready : data.words.send;
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
}
