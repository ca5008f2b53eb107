// Each note is told once, however often it is drawn, and stays for as long as it takes to read it; longer while somebody
// points at it or has the focus in it.
const AT_LEAST_MS = 4000, PER_LETTER_MS = 60;

const told = new Set(); // by id
const shown = new Map(); // those still to be read: words by id
let close = "";
let place = null;

function element(id, words) {
  const note = document.createElement("p"), said = document.createElement("span"), button = document.createElement("button");
  note.className = "note";
  said.className = "words";
  said.textContent = words;
  button.className = "close";
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", close);
  note.append(said, button);

  const away = () => {
    shown.delete(id);
    note.remove();
  };
  let timer = null;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(away, AT_LEAST_MS + words.length * PER_LETTER_MS);
  };
  const stay = () => clearTimeout(timer);
  button.onclick = away;
  note.onpointerenter = stay;
  note.onpointerleave = wait;
  note.addEventListener("focusin", stay);
  note.addEventListener("focusout", wait);
  wait();
  return note;
}

export default function ({ data, parentElement }) {
  close = data.close;
  const mine = parentElement.querySelector(".notes");
  if (mine !== place) {
    place = mine;
    // A page that takes another's place has a new line: what was not read to the end goes on there.
    place.replaceChildren(...[...shown].map(([id, words]) => element(id, words)));
  }
  for (const { id, words } of data.notes) {
    if (told.has(id)) continue;
    told.add(id);
    shown.set(id, words);
    place.append(element(id, words));
  }
}
