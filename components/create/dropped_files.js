// A picture may be dropped anywhere on the page, or pasted: it goes to the uploader as if it had been chosen there.
const uploader = () => document.querySelector('[data-testid="stFileUploader"] input[type="file"]');

const give = (files) => {
  const input = uploader();
  const picture = [...files].find((file) => file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name)) ?? files[0];
  if (input === null || picture === undefined) return false;
  const one = new DataTransfer();
  one.items.add(picture);
  input.files = one.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

const hasFiles = (transfer) => transfer !== null && [...transfer.types].includes("Files");
const mark = (on) => document.documentElement.toggleAttribute("data-dropping", on);
// The uploader's own field serves what is dropped onto it.
const isIts = ({ target }) => target instanceof Element && target.closest('[data-testid="stFileUploaderDropzone"]') !== null;

const heard = {
  dragover: (event) => {
    if (!hasFiles(event.dataTransfer) || uploader() === null) return;
    event.preventDefault();
    mark(true);
  },
  dragleave: (event) => {
    if (event.relatedTarget === null) mark(false);
  },
  drop: (event) => {
    mark(false);
    if (!hasFiles(event.dataTransfer) || isIts(event)) return;
    // Else the browser would leave the page and show the file.
    event.preventDefault();
    give(event.dataTransfer.files);
  },
  paste: (event) => {
    if (hasFiles(event.clipboardData) && give(event.clipboardData.files)) event.preventDefault();
  },
};

export default function () {
  for (const [name, listener] of Object.entries(heard)) document.addEventListener(name, listener);
  return () => {
    for (const [name, listener] of Object.entries(heard)) document.removeEventListener(name, listener);
    mark(false);
  };
}
