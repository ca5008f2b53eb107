// More videos as one comes near to the end of those that are there; and the place where one is in the address, so that a
// reload and the browser's way back lead there again.
const AHEAD = "1200px", STILL_MS = 300, BELOW_THE_TOP_PX = 80, PLACE = /^[0-9a-f]{32}$/;

// The video that the address names: after a # since one scrolled there; or in the query, which Streamlit (1.67) leaves in
// the address of this page when that video's own page is gone to.
const place = () => {
  const named = location.hash.slice(1) || new URLSearchParams(location.search).get("id");
  return PLACE.test(named) ? named : null;
};

function keepInAddress(id) {
  const query = new URLSearchParams(location.search);
  query.delete("id");
  const address = location.pathname + (query.size > 0 ? `?${query}` : "") + (id === null ? "" : `#${id}`);
  history.replaceState(history.state, "", address);
}

function newRows(root, words, { shown, card, ask }) {
  const more = root.querySelector(".more-videos"), older = root.querySelector(".older"), newest = root.querySelector(".newest");
  more.textContent = words.more_videos;
  older.textContent = words.older;
  newest.textContent = words.newest;
  let rows = null, asked = 0, timer = null;
  let wanted = place();

  const want = (number, isPressed = false) => {
    if (asked >= number && !isPressed) return;
    asked = number;
    more.setAttribute("aria-busy", "true");
    ask(number);
  };
  const wantNext = (isPressed) => want(Math.min(shown().length + rows.at_once, rows.most), isPressed);
  more.onclick = () => wantNext(true);
  const near = new IntersectionObserver(
    (seen) => seen.at(-1).isIntersecting && wanted === null && !more.hidden && wantNext(false),
    { rootMargin: AHEAD, scrollMargin: AHEAD },
  );

  const keepPlace = () => {
    if (!root.isConnected) return void removeEventListener("scroll", moved, true);
    if (wanted !== null || root.querySelector("dialog[open]")) return;
    const at = shown().findIndex(({ id }) => card(id).getBoundingClientRect().bottom > BELOW_THE_TOP_PX);
    const id = at > 0 ? shown()[at].id : null;
    if (id !== place()) keepInAddress(id);
  };
  const moved = () => {
    clearTimeout(timer);
    timer = setTimeout(keepPlace, STILL_MS);
  };
  addEventListener("scroll", moved, { capture: true, passive: true });

  return (data) => {
    rows = data;
    const canGrow = rows.has_more && shown().length < rows.most;
    if (shown().length > asked) asked = shown().length;
    more.hidden = !canGrow;
    more.removeAttribute("aria-busy");
    for (const [link, address] of [[older, rows.older], [newest, rows.newest]]) {
      link.hidden = address === null;
      if (address !== null) link.href = address;
    }
    if (wanted !== null) {
      const there = card(wanted);
      if (there === undefined && canGrow) want(rows.most);
      else {
        wanted = null;
        there?.scrollIntoView({ block: "start" });
      }
    }
    // Anew: where the end is still near, nothing would be told of it.
    near.unobserve(more);
    near.observe(more);
  };
}
