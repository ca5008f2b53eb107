// The menu of a card, with what is done less often: by mouse, finger and keys.
const MENU = ["open", "share", "label", "album", "delete"], MENU_IN_BIN = ["open", "erase"];

let closeMenu = () => {};

function menuOf(card, words, isBinned, wish) {
  const opens = card.querySelector(".opens"), menu = card.querySelector(".menu");
  const close = (isBack) => {
    menu.hidden = true;
    opens.setAttribute("aria-expanded", "false");
    if (isBack) opens.focus();
    closeMenu = () => {};
  };
  const items = (isBinned ? MENU_IN_BIN : MENU).map((name) => {
    const item = document.createElement("button");
    item.type = "button";
    item.tabIndex = -1;
    item.setAttribute("role", "menuitem");
    item.textContent = words[name];
    item.onclick = () => {
      close(true);
      wish(name);
    };
    return item;
  });
  menu.replaceChildren(...items);
  menu.setAttribute("aria-label", words.more);
  opens.onclick = () => {
    const wasOpen = !menu.hidden;
    closeMenu(false);
    if (wasOpen) return;
    menu.hidden = false;
    opens.setAttribute("aria-expanded", "true");
    closeMenu = close;
    items[0].focus();
  };
  menu.onkeydown = (event) => {
    const at = items.indexOf(document.activeElement), last = items.length - 1;
    const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to !== undefined) items[to].focus();
    else if (event.key === "Escape") close(true);
    else if (event.key === "Tab") close(false);
    else return;
    event.stopPropagation();
    if (event.key !== "Tab") event.preventDefault();
  };
}

const besideMenu = ({ target }) => target.closest?.(".more") ?? closeMenu(false);
