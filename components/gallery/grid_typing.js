// The search goes on while one types. Streamlit (1.67) takes up what stands in a field when it is left or Enter is pressed,
// and each search that the page then puts into the address is a step of the browser's way back. So the address is changed
// here, once for all that is typed at a time, and Enter is pressed for who types; what the page then says is there already.
const SEARCH = ".st-key-gallery-query input", TYPED_MS = 25, LOOKED_FOR = /^(q|after|id)=/;

// As Python writes it: one that is written otherwise would be another address.
const asPython = (words) =>
  encodeURIComponent(words).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`).replace(/%20/g, "+");

let typing = null; // what waits to be looked for, and whether these words have their step

function intoAddress(words) {
  const rest = location.search.slice(1).split("&").filter((part) => part !== "" && !LOOKED_FOR.test(part));
  const query = [...(words.trim() === "" ? [] : [`q=${asPython(words)}`]), ...rest].join("&");
  if (location.search.slice(1) === query) return;
  const change = typing.hasStep ? "replaceState" : "pushState";
  history[change](typing.hasStep ? history.state : {}, "", location.pathname + (query && `?${query}`));
  typing.hasStep = true;
}

function lookFor(field) {
  intoAddress(field.value);
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true }));
}

const isSearch = (target) => target instanceof Element && target.matches(SEARCH);

const typed = ({ target, isComposing }) => {
  // Half a character of a script that is composed from several keys is not a word yet.
  if (!isSearch(target) || isComposing) return;
  clearTimeout(typing?.timer);
  typing = { hasStep: typing?.hasStep ?? false, isWaiting: true };
  typing.timer = setTimeout(() => {
    typing.isWaiting = false;
    lookFor(target);
  }, TYPED_MS);
};

// Streamlit looks now: it finds the address as it will be.
const decided = ({ target }) => {
  if (!isSearch(target) || typing === null) return;
  clearTimeout(typing.timer);
  if (typing.isWaiting) intoAddress(target.value);
  typing = null;
};
const pressed = (event) => event.isTrusted && event.key === "Enter" && decided(event);

const goneBack = () => {
  clearTimeout(typing?.timer);
  typing = null;
};

let isFollowed = false;

function followTyping() {
  if (isFollowed) return;
  isFollowed = true;
  for (const [name, heard] of [["input", typed], ["compositionend", typed], ["keydown", pressed], ["focusout", decided]]) {
    document.addEventListener(name, heard, true);
  }
  addEventListener("popstate", goneBack);
}
