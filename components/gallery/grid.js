// What a video was asked for takes two lines of its card. Where that is not all, it is all there when it has the focus.
const WORDS = '[class*="st-key-card-"] [data-testid="stText"]';

export default function () {
  const reach = () => {
    for (const words of document.querySelectorAll(WORDS)) {
      const shown = words.firstElementChild;
      if (shown && shown.scrollHeight > shown.clientHeight + 1) words.tabIndex = 0;
    }
  };
  const watch = new MutationObserver(reach);
  watch.observe(document.body, { subtree: true, childList: true });
  reach();
  return () => watch.disconnect();
}
