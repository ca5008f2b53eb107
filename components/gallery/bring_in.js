// Sends files with videos, one after the other, and says how far it is; the page is told what came of it.
const KINDS = /\.(mp4|zip)$/i;

// What is under way outlives the dialog that it was begun in: one that is opened anew shows it, and is told of its end.
let sending = null; // the file's name, and how much of it is sent
let dialog = null; // what was drawn last

const sent = (address, file, onProgress) =>
  new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name.slice(-200)));
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      try {
        done(JSON.parse(request.responseText).refused);
      } catch {
        done("line");
      }
    };
    request.onerror = request.onabort = () => done("line");
    request.send(file);
  });

const wordFor = (file, most) => (!KINDS.test(file.name) ? "kind" : file.size === 0 ? "empty" : file.size > most ? "large" : null);

const stays = (event) => event.preventDefault();

function show(now) {
  sending = now;
  const { part, words } = dialog;
  part(".choose").hidden = sending !== null;
  part(".sending").hidden = sending === null;
  if (sending === null) return;
  const said = words.sending.replace("{name}", () => sending.name);
  part(".which").textContent = said;
  part("progress").value = sending.share;
  part("progress").setAttribute("aria-label", said);
}

async function send(files, { address, most }) {
  if (sending !== null || files.length === 0) return;
  addEventListener("beforeunload", stays);
  const refused = [];
  let taken = 0;
  for (const file of files) {
    const { name } = file;
    show({ name, share: 0 });
    const word = wordFor(file, most) ?? (await sent(address, file, (share) => show({ name, share })));
    if (word === "") taken += 1;
    else refused.push([name.slice(0, 120), word]);
  }
  removeEventListener("beforeunload", stays);
  show(null);
  dialog.setTriggerValue("told", { taken, refused: refused.slice(0, 20) });
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".bring-in");
  const part = (name) => root.querySelector(name);
  dialog = { part, words: data.words, setTriggerValue };
  part(".ask").textContent = data.words.ask;
  part(".kinds").textContent = data.words.kinds;
  show(sending);
  root.hidden = false;

  const input = part("input");
  input.onchange = () => {
    const files = [...input.files];
    input.value = ""; // the same one again is another choice
    void send(files, data);
  };
  const choose = part(".choose");
  choose.ondragover = (event) => {
    event.preventDefault();
    choose.classList.add("over");
  };
  choose.ondragleave = () => choose.classList.remove("over");
  choose.ondrop = (event) => {
    event.preventDefault();
    event.stopPropagation();
    choose.classList.remove("over");
    void send([...event.dataTransfer.files], data);
  };
}
