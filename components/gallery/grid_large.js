// One video over the page, large and with its sound. Escape, a click beside it and the browser's own way back close it,
// and the focus goes back to its card.
function newLarge(dialog, words, isBin, { shown, card, heart, isFavourite, wish }) {
  const [film, title, text] = [".film", ".title", ".words"].map((part) => dialog.querySelector(part));
  const buttons = Object.fromEntries(
    ["previous", "next", "favourite", "download", "use", "close"].map((name) => [name, dialog.querySelector(`.${name}`)]),
  );
  const back = backCloses(dialog);
  let at = null;
  for (const [name, button] of Object.entries(buttons)) named(button, words[name]);
  named(dialog.querySelector(".opens"), words.more);
  const draw = () => {
    const all = shown(), place = all.findIndex(({ id }) => id === at), one = all[place];
    if (one === undefined) return dialog.close();
    if (film.firstElementChild?.dataset.film !== one.film) {
      const video = document.createElement("video");
      [video.controls, video.loop, video.playsInline] = [true, true, true];
      [video.width, video.height, video.poster, video.src] = [one.width, one.height, one.poster, one.film];
      video.dataset.film = one.film;
      video.setAttribute("aria-label", one.name);
      video.style.setProperty("--shape", one.width / one.height);
      film.replaceChildren(video);
      video.play().catch(() => {});
    }
    dialog.setAttribute("aria-label", one.name);
    put(title, one.title);
    put(text, one.words);
    buttons.download.href = one.download;
    buttons.favourite.hidden = one.is_binned;
    buttons.use.hidden = one.is_binned || !one.is_one_order;
    buttons.favourite.setAttribute("aria-pressed", String(isFavourite(one)));
    buttons.previous.disabled = place === 0;
    buttons.next.disabled = place === all.length - 1;
  };
  const step = (by) => {
    const all = shown(), next = all[all.findIndex(({ id }) => id === at) + by];
    if (next === undefined) return;
    at = next.id;
    draw();
  };
  dialog.onclose = () => {
    film.replaceChildren();
    card(at)?.focus();
    at = null;
    back.closed();
  };
  dialog.onclick = ({ target }) => target === dialog && dialog.close();
  buttons.previous.onclick = () => step(-1);
  buttons.next.onclick = () => step(1);
  buttons.close.onclick = () => dialog.close();
  buttons.favourite.onclick = () => heart(at);
  // What leads elsewhere, or asks in a dialog of the page's, leaves this one.
  const leave = (what) => {
    const id = at;
    dialog.close();
    wish(what, [id]);
  };
  buttons.use.onclick = () => leave("use");
  menuOf(dialog, words, isBin, leave);
  return {
    draw: () => dialog.open && draw(),
    isOpen: () => dialog.open,
    id: () => at,
    step,
    video: () => film.firstElementChild,
    open(id) {
      at = id;
      dialog.showModal();
      dialog.focus(); // on the film, arrows would seek
      draw();
      back.opened();
    },
  };
}
