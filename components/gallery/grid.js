// The gallery's grid: cards by day, and what is done with them. Stands below its parts. What a person does shows at once;
// the server is told, and what it says afterwards counts.
const SIZE = "kineograph-gallery-size";

const grids = new WeakMap(); // by where it is drawn

// Where cookies are switched off, nothing is kept, and to ask for it is an error.
const sizeKept = () => {
  try {
    return localStorage.getItem(SIZE);
  } catch {
    return null;
  }
};

const keepSize = (size) => {
  try {
    localStorage.setItem(SIZE, size);
  } catch {
    // Until the page is loaded anew.
  }
};

function sizeOf(bytes) {
  const [unit, of] = bytes < 1e6 ? ["kilobyte", 1e3] : bytes < 1e9 ? ["megabyte", 1e6] : ["gigabyte", 1e9];
  return new Intl.NumberFormat(undefined, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / of);
}

function newGrid(root, words, isBin) {
  const grid = { root, data: null, tell: null, cards: new Map(), orders: new Map(), hearts: new Map(), focused: null, wanted: null };
  const part = (name) => root.querySelector(name);
  const shown = () => grid.data.days.flatMap(({ cards }) => cards).filter(({ is_order }) => !is_order);
  const cardOf = (id) => grid.cards.get(id);
  const isFavourite = ({ id, is_favourite }) => grid.hearts.get(id) ?? is_favourite;

  const tell = (wish, jobs) => {
    // What is deleted while it plays would be asked for once more.
    if (wish === "delete" || wish === "erase") for (const id of jobs) stop(cardOf(id).querySelector("video"));
    grid.tell({ wish, jobs, favourites: Object.fromEntries(grid.hearts) });
  };

  const drawHearts = () => {
    for (const one of shown()) {
      cardOf(one.id).querySelector(".row > .favourite").setAttribute("aria-pressed", String(isFavourite(one)));
    }
    grid.large.draw();
  };

  const hearts = (ids, isOne) => {
    for (const id of ids) grid.hearts.set(id, isOne);
    drawHearts();
    tell(null, []);
  };

  const heart = (id) => {
    const one = shown().find((other) => other.id === id);
    if (one !== undefined && !one.is_binned) hearts([id], !isFavourite(one));
  };

  const drawChoice = () => {
    const { takeaway } = grid.data, ids = choice.ids();
    root.classList.toggle("is-selecting", choice.isOn());
    part(".select").setAttribute("aria-pressed", String(choice.isOn()));
    part(".gallery-chosen").hidden = !choice.isOn();
    part(".how-many").textContent = words.chosen.replace("{count}", ids.length).replace("{size}", sizeOf(choice.bytes()));
    const download = part(".download-chosen");
    if (ids.length > 0) download.href = `${takeaway}?ids=${ids.join(",")}`;
    else download.removeAttribute("href");
    for (const name of [".download-chosen", ".favourite-chosen", ".album-chosen", ".compare-chosen", ".reel-chosen"]) part(name).hidden = grid.data.is_bin;
    part(".reel-chosen").disabled = ids.length < 2;
    part(".compare-chosen").disabled = !compare.canShow(ids.length);
    part(".restore-chosen").hidden = !grid.data.is_bin;
    part(".take-out-chosen").hidden = grid.data.album === "";
    for (const name of [".favourite-chosen", ".album-chosen", ".take-out-chosen", ".restore-chosen", ".delete-chosen"]) part(name).disabled = ids.length === 0;
    for (const [id, card] of grid.cards) {
      const pick = card.querySelector(".pick");
      pick.hidden = !choice.isOn();
      pick.firstElementChild.checked = choice.has(id);
    }
  };
  const choice = newChoice(drawChoice);
  const compare = newCompare(part(".gallery-compare"), words);
  const take = (id, isRange) => choice.take(id, shown(), isRange);

  const enlarge = (id) => {
    stop(cardOf(id).querySelector("video"));
    grid.large.open(id);
  };

  const focusOn = (id) => {
    for (const [other, card] of grid.cards) card.tabIndex = other === id ? 0 : -1;
    grid.focused = id;
  };

  const walk = (by, isRange) => {
    const all = shown(), next = all[all.findIndex(({ id }) => id === grid.focused) + by];
    if (next === undefined) return;
    if (isRange && choice.isOn()) {
      if (!choice.has(grid.focused)) take(grid.focused, false);
      take(next.id, true);
    }
    cardOf(next.id).focus();
  };

  const remove = (ids) => tell(grid.data.is_bin ? "erase" : "delete", ids);
  const bring = (ids) => {
    grid.wanted = ids[0];
    tell("restore", ids);
  };

  const right = () => (getComputedStyle(root).direction === "rtl" ? -1 : 1);
  const now = () => (grid.large.isOpen() ? grid.large.id() : grid.focused);
  const ofCard = (act) => ({ target }) => (target.matches(".gallery-card") ? act() : false);
  const ofVideo = (act) => ({ target }) => (grid.large.isOpen() || target.closest(".gallery-card") ? act() : false);
  const video = () => cardOf(grid.focused).querySelector("video");
  const playOrPause = () => {
    const large = grid.large.video();
    if (large) return void (large.paused ? large.play() : large.pause());
    if (choice.isOn()) take(grid.focused, false);
    else if (video().paused) play(video());
    else stop(video());
  };
  const step = (by) => ({ target, shiftKey }) => {
    if (grid.large.isOpen()) return target instanceof HTMLVideoElement ? false : grid.large.step(by);
    return target.matches(".gallery-card") ? walk(by, shiftKey) : false;
  };
  const inLarge = (act, other) => (event) => (grid.large.isOpen() ? act(event) : other(event));
  const acts = {
    ArrowRight: (event) => step(right())(event),
    ArrowLeft: (event) => step(-right())(event),
    ArrowDown: (event) => step(1)(event),
    ArrowUp: (event) => step(-1)(event),
    " ": inLarge(({ target }) => (target.matches("button, a, video") ? false : playOrPause()), ofCard(playOrPause)),
    Enter: ofCard(() => (choice.isOn() ? take(grid.focused, false) : enlarge(grid.focused))),
    f: ofVideo(() => heart(now())),
    d: ofVideo(() => cardOf(now()).querySelector(".row > .download").click()),
    Delete: ofVideo(() => {
      const id = now();
      if (grid.large.isOpen()) part(".gallery-large").close();
      remove([id]);
    }),
    Escape: () => (choice.isOn() && !grid.large.isOpen() ? choice.end() : false),
    "?": () => showKeys(),
  };

  const showKeys = newKeys(part(".gallery-keys"), words);
  grid.large = newLarge(part(".gallery-large"), words, isBin, { shown, card: cardOf, heart, isFavourite, wish: tell });

  const drawUndo = newUndo(root, words, bring);
  const drawRows = newRows(root, words, { shown, card: cardOf, ask: (number) => grid.ask(number) });

  const setSize = (size) => {
    root.dataset.size = size;
    for (const button of root.querySelectorAll(".sizes button")) {
      button.setAttribute("aria-pressed", String(button.dataset.size === size));
    }
    for (const video of root.querySelectorAll("video[poster]")) dressed(video);
  };

  const dress = () => {
    part(".select").textContent = words.select;
    part(".sizes").setAttribute("aria-label", words.size);
    for (const button of root.querySelectorAll(".sizes button")) {
      named(button, words[button.dataset.size]);
      button.onclick = () => {
        keepSize(button.dataset.size);
        setSize(button.dataset.size);
      };
    }
    setSize(sizeKept() ?? "medium");
    part(".select").onclick = () => (choice.isOn() ? choice.end() : choice.begin());
    part(".download-chosen").textContent = words.download_chosen;
    part(".favourite-chosen").textContent = words.favourite;
    part(".favourite-chosen").onclick = () => hearts(choice.ids(), true);
    part(".reel-chosen").textContent = words.reel;
    part(".reel-chosen").onclick = () => tell("reel", choice.ids()); // in the order in which they were chosen
    part(".album-chosen").textContent = words.album;
    part(".album-chosen").onclick = () => tell("album", choice.ids());
    part(".take-out-chosen").textContent = words.take_out;
    part(".take-out-chosen").onclick = () => tell("take_out", choice.ids());
    part(".compare-chosen").textContent = words.compare;
    part(".compare-chosen").title = words.compare_how;
    // In the order in which they are seen.
    part(".compare-chosen").onclick = () => compare.open(shown().filter(({ id }) => choice.has(id)));
    part(".delete-chosen").textContent = grid.data.is_bin ? words.erase : words.delete;
    part(".delete-chosen").onclick = () => remove(choice.ids());
    part(".restore-chosen").textContent = words.restore;
    part(".restore-chosen").onclick = () => tell("restore", choice.ids());
    part(".done").textContent = words.done;
    part(".done").onclick = () => {
      choice.end();
      part(".select").focus();
    };
  };

  const newOne = (one) => {
    const card = newCard(part(".one-card"), words), { id } = one;
    minded(card, () => enlarge(id));
    menuOf(card, words, one.is_binned, (wish) => tell(wish, [id]));
    card.querySelector(".restore").onclick = () => tell("restore", [id]);
    card.querySelector(".use").onclick = () => tell("use", [id]);
    card.querySelector(".row > .favourite").onclick = () => heart(id);
    card.querySelector(".origin button").onclick = () => tell("origin", [shown().find((other) => other.id === id).origin.leads_to]);
    card.addEventListener("focusin", () => focusOn(id));
    // While some are selected, a press anywhere on its picture takes it.
    card.querySelector(".still").addEventListener("click", (event) => {
      if (!choice.isOn() || event.target.matches(".pick")) return; // its box is clicked next
      event.stopPropagation();
      if (!event.target.matches("input")) event.preventDefault();
      take(id, event.shiftKey);
    }, true);
    grid.cards.set(id, card);
    packed.observe(card);
    return card;
  };

  // As many low rows for each card as it is high: all are measured before the first is moved.
  const pack = (cards) => {
    const rows = cards.map((card) => {
      const { columnGap, gridAutoRows } = getComputedStyle(card.parentElement ?? card);
      return Math.ceil((card.offsetHeight + parseFloat(columnGap)) / parseFloat(gridAutoRows));
    });
    cards.forEach((card, at) => rows[at] > 0 && (card.style.gridRowEnd = `span ${rows[at]}`));
  };
  const packed = new ResizeObserver((seen) => pack(seen.map(({ target }) => target)));

  const videoOf = (one) => {
    const card = grid.cards.get(one.id) ?? newOne(one);
    fillCard(card, one);
    return card;
  };
  const orderOf = (one) => {
    const order = grid.orders.get(one.id) ?? newOrder(part(".one-order"));
    grid.orders.set(one.id, order);
    packed.observe(order.card);
    order.fill(one, tell);
    return order.card;
  };

  const clamped = new ResizeObserver((seen) => {
    // What a video was asked for takes two lines of its card. Where that is not all, it is all there with the focus.
    for (const { target } of seen) {
      if (target.scrollHeight > target.clientHeight + 1) target.tabIndex = 0;
    }
  });

  grid.draw = (data) => {
    const before = grid.data === null ? [] : shown().map(({ id }) => id);
    const isFirst = grid.data === null;
    grid.data = data;
    if (isFirst) dress();
    root.hidden = false; // before, nothing in it has a name
    part(".gallery-tools").hidden = shown().length === 0; // nothing to be selected or to be made larger
    const all = shown(), days = part(".gallery-days");
    const had = root.querySelector(".gallery-card:focus-within") === null ? null : grid.focused;
    for (const [id, isOne] of [...grid.hearts]) {
      const one = all.find((other) => other.id === id);
      if (one === undefined || one.is_favourite === isOne) grid.hearts.delete(id);
    }
    const gone = [...grid.cards.keys()].filter((id) => !all.some((one) => one.id === id));
    for (const id of gone) {
      grid.cards.get(id).remove();
      grid.cards.delete(id);
    }
    choice.forget(gone);
    const orders = data.days.flatMap(({ cards }) => cards).filter(({ is_order }) => is_order);
    for (const [id, { card }] of [...grid.orders]) {
      if (orders.some((one) => one.id === id)) continue;
      card.remove();
      grid.orders.delete(id);
    }
    const sections = data.days.map(({ day, cards }) => {
      const section = part(".one-day").content.firstElementChild.cloneNode(true);
      section.firstElementChild.textContent = day;
      section.setAttribute("aria-label", day);
      return [section, cards];
    });
    // Cards go from their old day to their new one only where that changes: moved, a video would stop.
    const drawn = [...days.children];
    sections.forEach(([section, cards], place) => {
      const there = drawn[place], kept = there?.dataset.day === data.days[place].day ? there : section;
      kept.dataset.day = data.days[place].day;
      if (days.children[place] !== kept) days.insertBefore(kept, days.children[place] ?? null);
      const list = kept.lastElementChild;
      cards.forEach((one, at) => {
        const card = one.is_order ? orderOf(one) : videoOf(one);
        clamped.observe(card.querySelector(".words"));
        if (list.children[at] !== card) list.insertBefore(card, list.children[at] ?? null);
      });
    });
    while (days.children.length > sections.length) days.lastElementChild.remove();
    if (!grid.cards.has(grid.focused)) {
      // The next one is where the last one was.
      const next = all[Math.min(Math.max(before.indexOf(grid.focused), 0), all.length - 1)]?.id ?? null;
      focusOn(next);
      if (had !== null && next !== null) cardOf(next).focus();
    }
    focusOn(grid.focused); // new ones as well
    if (grid.cards.has(grid.wanted)) {
      cardOf(grid.wanted).focus();
      grid.wanted = null;
    }
    // New ones at once: what comes next asks where each is.
    const stands = [...grid.cards.values(), ...[...grid.orders.values()].map(({ card }) => card)];
    pack(stands.filter(({ style }) => style.gridRowEnd === ""));
    for (const { draw } of grid.orders.values()) draw();
    drawHearts();
    drawChoice();
    drawUndo(data.undo);
    drawRows(data.rows);
  };

  // The second press of a double one is none; a box that is ticked twice is not ticked.
  root.addEventListener("click", (event) => {
    if (event.detail < 2 || !event.target.closest("button")) return;
    event.stopPropagation();
    event.preventDefault();
  }, true);
  root.onkeydown = (event) => compare.isOpen() || keyed(event, acts);
  return grid;
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector(".gallery");
  const grid = grids.get(root) ?? newGrid(root, data.words, data.is_bin);
  grids.set(root, grid);
  grid.tell = (asked) => setTriggerValue("asked", asked);
  // Not a trigger: of those that come while the server is busy the last alone is kept, and this must not be it.
  grid.ask = (number) => setStateValue("shown", number);
  grid.draw(data);
  followTyping();
  document.addEventListener("pointerdown", besideMenu, true);
  return () => document.removeEventListener("pointerdown", besideMenu, true);
}
