// Pictures in line: a tap shows one large, arrows and dragging move it, a cross takes it off. What was clicked is seen at
// once, and named by its picture: a second click that meets the line as it was before means the same one.
const tiles = new WeakMap(); // by where the line is drawn: its tiles by picture

function newTile() {
  const parts = { tile: document.createElement("div"), image: document.createElement("img"), at: document.createElement("span") };
  const tools = document.createElement("div");
  for (const name of ["show", "earlier", "remove", "later"]) {
    parts[name] = document.createElement("button");
    parts[name].type = "button";
  }
  parts.tile.className = "picture";
  parts.tile.draggable = true;
  parts.image.alt = "";
  parts.image.draggable = false;
  parts.at.className = "number";
  parts.at.ariaHidden = "true";
  parts.show.className = "show";
  parts.show.append(parts.image, parts.at);
  parts.earlier.textContent = "‹";
  parts.remove.textContent = "×";
  parts.later.textContent = "›";
  tools.className = "tools";
  tools.append(parts.earlier, parts.remove, parts.later);
  parts.tile.append(parts.show, tools);
  return parts;
}

function fill(parts, picture, at, data) {
  if (parts.image.getAttribute("src") !== picture.address) parts.image.src = picture.address;
  parts.at.textContent = String(at + 1);
  parts.show.setAttribute("aria-label", picture.name);
  parts.show.setAttribute("aria-pressed", String(picture.is_shown));
  for (const name of ["earlier", "remove", "later"]) parts[name].setAttribute("aria-label", `${data[name]}: ${picture.name}`);
  for (const name of ["earlier", "remove", "later"]) parts[name].title = data[name];
  parts.earlier.disabled = at === 0;
  parts.later.disabled = at === data.pictures.length - 1;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const group = parentElement.querySelector(".line");
  const known = tiles.get(parentElement) ?? new Map();
  tiles.set(parentElement, known);
  group.setAttribute("aria-label", data.label);
  for (const id of [...known.keys()].filter((id) => !data.pictures.some((picture) => picture.id === id))) {
    known.get(id).tile.remove();
    known.delete(id);
  }
  const move = (picture, to) => {
    const { tile } = known.get(picture), others = [...group.children].filter((one) => one !== tile);
    group.insertBefore(tile, others[to] ?? null);
    setTriggerValue("moved", { picture, to });
  };
  data.pictures.forEach((picture, at) => {
    const parts = known.get(picture.id) ?? newTile();
    known.set(picture.id, parts);
    fill(parts, picture, at, data);
    // Only where it is not there already: what is moved in the page loses its focus.
    if (group.children[at] !== parts.tile) group.insertBefore(parts.tile, group.children[at] ?? null);
    parts.show.onclick = () => {
      for (const { show } of known.values()) show.setAttribute("aria-pressed", String(show === parts.show));
      setTriggerValue("shown", picture.id);
    };
    parts.remove.onclick = () => {
      parts.tile.hidden = true;
      setTriggerValue("removed", picture.id);
    };
    parts.earlier.onclick = () => move(picture.id, at - 1);
    parts.later.onclick = () => move(picture.id, at + 1);
    parts.tile.ondragstart = (event) => event.dataTransfer.setData("application/x-kineograph-picture", picture.id);
    parts.tile.ondragover = (event) => {
      if (!event.dataTransfer.types.includes("application/x-kineograph-picture")) return;
      event.preventDefault();
      parts.tile.classList.add("over");
    };
    parts.tile.ondragleave = () => parts.tile.classList.remove("over");
    parts.tile.ondrop = (event) => {
      parts.tile.classList.remove("over");
      const dragged = event.dataTransfer.getData("application/x-kineograph-picture");
      if (!known.has(dragged) || dragged === picture.id) return;
      event.preventDefault();
      move(dragged, at);
    };
  });
}
