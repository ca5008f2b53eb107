// The whole picture, and a frame on it that is dragged, pulled at its corners, or moved by keys. Stands below
// crop_geometry.js. The hand leads: what the server says is shown when it is about the last that the hand did.
const PAUSE_MS = 250; // after the last key, before the server is told: a hand that lets go is told at once
const ANSWER_MS = 5_000; // then the server's word counts again, whatever became of what it was told
const UNANSWERED = "kineograph-crop"; // what the server was told and has not answered, for the page after a reload
const KEY_STEP = 0.02; // of the picture, or of the largest frame

const boxes = new WeakMap(); // by where it is drawn

function newBox(parent) {
  const box = {
    data: null, frame: null, // what the server said last, and what is shown
    hand: null, // the pointer that holds the frame, where it took hold, of what, and the frame as it was then
    untold: null, timer: null, // what is to be told, and when
    told: null, until: 0, later: null, // what the server was told last, and until when its answer is waited for
    tell: () => {},
  };
  const find = (selector) => parent.querySelector(selector);
  const picture = find(".picture"), frame = find(".frame");
  const sliders = Object.fromEntries([...frame.querySelectorAll("input")].map((slider) => [slider.name, slider]));

  const draw = () => {
    const { left, top, width, height } = box.frame;
    for (const [side, part] of Object.entries({ left, top, width, height })) frame.style[side] = `${part * 100}%`;
    const share = width / box.data.largest.width;
    const values = {
      across: 1 - width > 0.001 ? (100 * left) / (1 - width) : null,
      down: 1 - height > 0.001 ? (100 * top) / (1 - height) : null,
      size: 100 * share,
    };
    const words = Object.entries(values).reduce(
      (said, [name, value]) => said.replace(`{${name}}`, Math.round(value ?? 50)), box.data.words.where,
    );
    for (const [name, slider] of Object.entries(sliders)) {
      slider.disabled = values[name] === null;
      slider.value = values[name] ?? 50;
      slider.setAttribute("aria-valuetext", words);
    }
  };

  const say = () => {
    clearTimeout(box.timer);
    box.timer = null;
    if (box.untold === null) return;
    const { picture: of, shape } = box.data;
    box.told = box.untold;
    box.untold = null;
    box.until = performance.now() + ANSWER_MS;
    const told = { picture: of, shape, ...box.told };
    sessionStorage.setItem(UNANSWERED, JSON.stringify(told));
    box.tell(told);
    // Where no answer comes.
    clearTimeout(box.later);
    box.later = setTimeout(listen, ANSWER_MS);
  };
  const show = (shown) => {
    box.frame = shown;
    draw();
  };
  const settle = (pauseMs) => {
    box.untold = cropOf(box.frame, box.data.largest, box.data.zoom_max);
    clearTimeout(box.timer);
    if (pauseMs === 0) say();
    else box.timer = setTimeout(say, pauseMs);
  };
  const change = (shown) => {
    show(shown);
    settle(PAUSE_MS);
  };

  const isSame = (one, other) => ["x", "y", "zoom"].every((name) => one[name] === other[name]);
  const listen = () => {
    const { crop, frame: exact } = box.data;
    if (box.hand !== null || box.untold !== null) return;
    if (box.told !== null && !isSame(box.told, crop) && performance.now() < box.until) return;
    sessionStorage.removeItem(UNANSWERED);
    box.told = null;
    show(exact);
  };
  // A page that was left right after the hand let go may have been told of too late for the one that came.
  const tellAgain = () => {
    const { picture: of, shape, crop, largest } = box.data;
    const told = JSON.parse(sessionStorage.getItem(UNANSWERED));
    if (told?.picture !== of || told.shape !== shape || isSame(told, crop)) return;
    box.untold = { x: told.x, y: told.y, zoom: told.zoom };
    show(frameOf(box.untold, largest));
    say();
  };

  const at = (event) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  };
  frame.onpointerdown = (event) => {
    if (box.hand !== null || event.button !== 0) return;
    const { right, bottom } = event.target.dataset;
    const corner = right === undefined ? null : [Number(right), Number(bottom)];
    box.hand = { id: event.pointerId, at: at(event), corner, frame: box.frame };
    frame.setPointerCapture(event.pointerId);
  };
  frame.onpointermove = (event) => {
    if (box.hand?.id !== event.pointerId) return;
    const { corner, frame: before, at: [x, y] } = box.hand, [nowX, nowY] = at(event);
    const { largest, zoom_max: zoomMax } = box.data;
    show(corner === null ? movedBy(before, nowX - x, nowY - y)
      : pulledBy(before, corner, nowX - x, nowY - y, largest, zoomMax));
  };
  frame.onlostpointercapture = (event) => {
    if (box.hand?.id !== event.pointerId) return;
    const wasMoved = box.hand.frame !== box.frame;
    box.hand = null;
    // Keys go on where the hand let go.
    (sliders.across.disabled ? sliders.size : sliders.across).focus({ preventScroll: true });
    if (wasMoved) settle(0);
    else listen();
  };

  const resized = (by) => {
    const { largest, zoom_max: zoomMax } = box.data;
    return ofSize(box.frame, box.frame.width / largest.width + by, largest, zoomMax);
  };
  const ofKey = {
    "+": () => resized(KEY_STEP), "=": () => resized(KEY_STEP), PageUp: () => resized(5 * KEY_STEP),
    "-": () => resized(-KEY_STEP), PageDown: () => resized(-5 * KEY_STEP),
    ArrowLeft: () => movedBy(box.frame, -KEY_STEP, 0), ArrowRight: () => movedBy(box.frame, KEY_STEP, 0),
    ArrowUp: () => movedBy(box.frame, 0, -KEY_STEP), ArrowDown: () => movedBy(box.frame, 0, KEY_STEP),
  };
  frame.onkeydown = (event) => {
    // The arrows of the slider for the size are its own.
    const isItsOwn = event.target === sliders.size && event.key.startsWith("Arrow");
    if (isItsOwn || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(ofKey, event.key)) return;
    event.preventDefault();
    if (box.hand === null) change(ofKey[event.key]());
  };
  // Home and End; and screen readers, which set a slider without any key.
  frame.oninput = ({ target }) => {
    if (box.hand !== null) return draw();
    const { width, height } = box.frame, share = target.value / 100;
    const { largest, zoom_max: zoomMax } = box.data;
    if (target.name === "across") change({ ...box.frame, left: share * (1 - width) });
    if (target.name === "down") change({ ...box.frame, top: share * (1 - height) });
    if (target.name === "size") change(ofSize(box.frame, share, largest, zoomMax));
  };

  // Whatever is done elsewhere on the page is done with the frame as it is seen.
  const elsewhere = (event) => {
    if (!event.composedPath().includes(frame)) say();
  };
  const hidden = () => {
    if (document.visibilityState === "hidden") say();
  };
  const heard = { pointerdown: elsewhere, keydown: elsewhere, click: elsewhere, visibilitychange: hidden };
  for (const [name, listener] of Object.entries(heard)) document.addEventListener(name, listener, true);

  return {
    render(data, tell) {
      const isFirst = box.data === null, isAnother = box.data?.picture !== data.picture || box.data?.shape !== data.shape;
      box.data = data;
      box.tell = tell;
      picture.classList.toggle("small", data.is_small);
      picture.style.setProperty("--aspect", data.aspect);
      const image = find("img");
      if (image.getAttribute("src") !== data.picture) image.src = data.picture;
      frame.setAttribute("aria-label", data.words.frame);
      find(".how").textContent = data.words.how;
      for (const [name, slider] of Object.entries(sliders)) slider.setAttribute("aria-label", data.words[name]);
      sliders.size.min = 100 / data.zoom_max;
      if (isAnother) {
        clearTimeout(box.timer);
        Object.assign(box, { hand: null, untold: null, told: null });
      }
      if (isFirst) tellAgain();
      listen();
    },
    leave() {
      say();
      clearTimeout(box.later);
      for (const [name, listener] of Object.entries(heard)) document.removeEventListener(name, listener, true);
    },
  };
}

export default function ({ data, parentElement, setTriggerValue }) {
  const box = boxes.get(parentElement) ?? newBox(parentElement);
  boxes.set(parentElement, box);
  box.render(data, (crop) => setTriggerValue("cropped", crop));
  return () => {
    box.leave();
    boxes.delete(parentElement);
  };
}
