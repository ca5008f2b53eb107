// The page says in which language it is, to screen readers, to fonts and to the layout, as soon as it is drawn in it.
const fill = (select, languages) => {
  for (const { code, name } of languages) {
    const option = new Option(name, code);
    option.lang = code;
    select.append(option);
  }
};

export default function ({ data, parentElement, setTriggerValue }) {
  const label = parentElement.querySelector("label");
  const select = label.querySelector("select");
  document.documentElement.lang = data.spoken;
  document.documentElement.dir = data.dir;
  sayInOtherWords(data.words);
  if (select.options.length === 0) fill(select, data.languages);
  label.querySelector(".name").textContent = data.label;
  label.hidden = false; // not before it has a name
  // What was chosen a moment ago is not taken back by what is drawn before it has arrived.
  if (select.dataset.drawn !== data.spoken) select.value = data.spoken;
  select.dataset.drawn = data.spoken;
  select.onchange = () => {
    // For the next visit, and for the pages without Streamlit. Where the line is down, this tab alone keeps it.
    fetch(data.keep.replace("{code}", select.value), { method: "POST", keepalive: true }).catch(() => {});
    setTriggerValue("chosen", select.value);
  };
}
