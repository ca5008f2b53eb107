// Sends files with videos, one after the other, and says how far it is; the page is told what came of it.
const KINDS = /\.(mp4|zip)$/i;

// What is under way outlives the drawing of the page, which comes with every run.
let sending = false;

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

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".bring-in");
  const part = (name) => root.querySelector(name);
  const { words, address, most } = data;
  part(".ask").textContent = words.ask;
  part(".kinds").textContent = words.kinds;
  root.hidden = false;

  const show = (name, share) => {
    part(".choose").hidden = sending;
    part(".sending").hidden = !sending;
    part(".which").textContent = words.sending.replace("{name}", name);
    part("progress").value = share;
    part("progress").setAttribute("aria-label", words.sending.replace("{name}", name));
  };

  const send = async (files) => {
    if (sending || files.length === 0) return;
    sending = true;
    addEventListener("beforeunload", stays);
    const refused = [];
    let taken = 0;
    for (const file of files) {
      show(file.name, 0);
      const word = wordFor(file, most) ?? (await sent(address, file, (share) => show(file.name, share)));
      if (word === "") taken += 1;
      else refused.push([file.name.slice(0, 120), word]);
    }
    removeEventListener("beforeunload", stays);
    sending = false;
    show("", 0);
    setTriggerValue("told", { taken, refused: refused.slice(0, 20) });
  };

  const input = part("input");
  input.onchange = () => {
    const files = [...input.files];
    input.value = ""; // the same one again is another choice
    void send(files);
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
    void send([...event.dataTransfer.files]);
  };
}
