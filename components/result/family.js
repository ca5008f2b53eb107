// The parts of a chain as small posters, of which one is shown above.
let picked = null; // the job whose poster was tapped, until it is the one that is shown

function fill(button, part) {
  const image = button.firstChild;
  if (image.getAttribute("src") !== part.poster) image.src = part.poster;
  button.title = part.name;
  button.setAttribute("aria-label", part.name);
  button.setAttribute("aria-current", String(part.is_shown));
}

function newButton() {
  const button = document.createElement("button"), image = document.createElement("img");
  button.type = "button";
  image.alt = "";
  button.append(image);
  return button;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const group = parentElement.querySelector(".parts");
  group.setAttribute("aria-label", data.label);
  while (group.children.length > data.parts.length) group.lastChild.remove();
  while (group.children.length < data.parts.length) group.append(newButton());
  data.parts.forEach((part, place) => {
    const button = group.children[place];
    fill(button, part);
    button.onclick = () => {
      // Of the one that is shown a tap says nothing new.
      if (part.is_shown) return;
      picked = part.job;
      setTriggerValue("picked", part.job);
    };
    if (!part.is_shown || part.job !== picked) return;
    // The card of another video is drawn anew as a whole: who went there by keys goes on from there.
    picked = null;
    button.focus({ preventScroll: true });
  });
}
