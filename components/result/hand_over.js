export default function ({ data, parentElement }) {
  const row = parentElement.querySelector(".row");
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.onclick = () => act(made);
    row.append(made);
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(data.link);
      return true;
    } catch {
      // Over plain http, as in a network at home, browsers have only the old way.
      const field = document.createElement("textarea");
      field.value = data.link;
      row.append(field);
      field.select();
      const copied = document.execCommand("copy");
      field.remove();
      return copied;
    }
  };
  row.replaceChildren();
  button(data.words.copy, async (made) => { if (await copy()) made.textContent = data.words.copied; });
  // Phones have a menu of their own for this, with all that one sends things by.
  if (navigator.share) button(data.words.send, () => navigator.share({ url: data.link }).catch(() => {}));
}
