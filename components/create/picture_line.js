// Pictures in line: a tap shows one large, arrows and dragging move it, a cross takes it off. What was clicked is seen at
// once, and named by its picture: a second click that meets the line as it was before means the same one.
const DRAGGED = "application/x-kineograph-picture";
const DOUBLE_CLICK_MS = 500;
// Another one has come beneath the finger: the second half of a double click is not about that.
let removedAt = -DOUBLE_CLICK_MS;
const isDouble = () => performance.now() - removedAt < DOUBLE_CLICK_MS;
const ANSWER_MS = 2_000;
const orderOf = (pictures) => pictures.map(({ id, is_shown: isShown }) => `${id}${isShown ? "*" : ""}`).join(" ");
let changed = { order: "", until: 0 }, later = null;
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

function fill(parts, picture, at, count, data) {
  const name = data.name.replace("{number}", at + 1).replace("{count}", count);
  if (parts.image.getAttribute("src") !== picture.address) parts.image.src = picture.address;
  parts.at.textContent = String(at + 1);
  parts.show.setAttribute("aria-label", name);
  parts.show.setAttribute("aria-pressed", String(picture.is_shown));
  for (const tool of ["earlier", "remove", "later"]) {
    parts[tool].setAttribute("aria-label", `${data[tool]}: ${name}`);
    parts[tool].title = data[tool];
  }
  parts.earlier.disabled = at === 0;
  parts.later.disabled = at === count - 1;
}

function render({ data, parentElement, setTriggerValue }) {
  const group = parentElement.querySelector(".line");
  const known = tiles.get(parentElement) ?? new Map();
  const pictures = [...data.pictures];
  tiles.set(parentElement, known);
  clearTimeout(later);
  // The server's answer to the click before the last one: the last one's is on its way.
  if (changed.order !== orderOf(pictures) && performance.now() < changed.until) {
    later = setTimeout(() => render({ data, parentElement, setTriggerValue }), changed.until - performance.now());
    return;
  }
  group.setAttribute("aria-label", data.label);

  const said = (name, value) => {
    changed = { order: orderOf(pictures), until: performance.now() + ANSWER_MS };
    draw();
    setTriggerValue(name, value);
  };
  const put = (id, to) => {
    const at = pictures.findIndex((picture) => picture.id === id);
    if (at < 0 || isDouble()) return;
    pictures.splice(to, 0, ...pictures.splice(at, 1));
    said("moved", { picture: id, to });
  };
  const listen = (parts, id) => {
    const at = () => pictures.findIndex((picture) => picture.id === id);
    parts.show.onclick = () => {
      if (isDouble()) return;
      for (const picture of pictures) picture.is_shown = picture.id === id;
      said("shown", id);
    };
    parts.remove.onclick = () => {
      if (at() < 0 || isDouble()) return;
      removedAt = performance.now();
      pictures.splice(at(), 1);
      said("removed", id);
    };
    parts.earlier.onclick = () => put(id, at() - 1);
    parts.later.onclick = () => put(id, at() + 1);
    parts.tile.ondragstart = (event) => event.dataTransfer.setData(DRAGGED, id);
    parts.tile.ondragover = (event) => {
      if (!event.dataTransfer.types.includes(DRAGGED)) return;
      event.preventDefault();
      parts.tile.classList.add("over");
    };
    parts.tile.ondragleave = () => parts.tile.classList.remove("over");
    parts.tile.ondrop = (event) => {
      parts.tile.classList.remove("over");
      const dragged = event.dataTransfer.getData(DRAGGED);
      if (!known.has(dragged) || dragged === id) return;
      event.preventDefault();
      put(dragged, at());
    };
  };
  const draw = () => {
    for (const id of [...known.keys()].filter((id) => !pictures.some((picture) => picture.id === id))) {
      known.get(id).tile.remove();
      known.delete(id);
    }
    pictures.forEach((picture, at) => {
      const parts = known.get(picture.id) ?? newTile();
      known.set(picture.id, parts);
      fill(parts, picture, at, pictures.length, data);
      listen(parts, picture.id);
      // Only where it is not there already: what is moved in the page loses its focus.
      if (group.children[at] !== parts.tile) group.insertBefore(parts.tile, group.children[at] ?? null);
    });
  };
  draw();
}

export default function (drawn) {
  render(drawn);
  return () => clearTimeout(later);
}
