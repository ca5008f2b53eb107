// One chip a preset: its name, which puts it on the form, and a cross, which deletes it. Names are text and nothing else.
// A chip that is drawn again is the same one: who has the focus on it stays there.
const drawn = new WeakMap(); // by where it is drawn: its chips by name

function newChip() {
  const chip = document.createElement("span"), use = document.createElement("button");
  const remove = document.createElement("button");
  chip.className = "preset";
  use.className = "use";
  remove.className = "delete";
  use.type = remove.type = "button";
  use.dir = "auto";
  remove.textContent = "×";
  chip.append(use, remove);
  return { chip, use, remove };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const group = parentElement.querySelector(".presets");
  const chips = drawn.get(parentElement) ?? new Map();
  drawn.set(parentElement, chips);
  parentElement.querySelector(".label").textContent = data.label;
  for (const name of [...chips.keys()].filter((known) => !data.presets.some((preset) => preset.name === known))) {
    chips.get(name).chip.remove();
    chips.delete(name);
  }
  data.presets.forEach(({ name, is_on }, place) => {
    const parts = chips.get(name) ?? newChip();
    chips.set(name, parts);
    const { chip, use, remove } = parts;
    const pressed = (on) => {
      chip.classList.toggle("on", on);
      use.setAttribute("aria-pressed", String(on));
    };
    use.textContent = use.title = name;
    remove.title = data.delete.split("{name}").join(name);
    remove.setAttribute("aria-label", remove.title);
    pressed(is_on);
    use.onclick = () => {
      // At once, whatever the server takes to draw it.
      pressed(true);
      setTriggerValue("used", name);
    };
    remove.onclick = () => setTriggerValue("deleted", name);
    if (group.children[place] !== chip) group.insertBefore(chip, group.children[place] ?? null);
  });
}
