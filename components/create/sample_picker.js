export default function ({ data, parentElement, setTriggerValue }) {
  const group = parentElement.querySelector("[role=group]");
  group.setAttribute("aria-label", data.label);
  group.replaceChildren(...data.samples.map(({ name, title, seen, address }) => {
    const button = document.createElement("button");
    const image = document.createElement("img");
    button.type = "button";
    image.src = address;
    image.alt = "";
    button.title = seen;
    button.append(image, title);
    button.onclick = () => setTriggerValue("picked", name);
    return button;
  }));
}
