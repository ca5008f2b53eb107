// Starts videos where Chromium (156) does not: those meant to play by themselves, and those whose poster is clicked or
// tapped. One plays at a time. And keys that go frame by frame and change the speed.
const TAP_PX = 10;
const AFTER_MS = 100;

const SPEEDS = [0.25, 0.5, 1, 1.5, 2], USUAL_FRAME_S = 1 / 24;
const TYPED_IN = "input, textarea, select, [contenteditable=true], [role=slider], [role=radio], [role=combobox]";

const frames = new WeakMap(); // how long a frame of a video is shown, in seconds, once two were seen

function learn(video) {
  if (!video.requestVideoFrameCallback || frames.has(video)) return;
  let before = null;
  const seen = (_now, { mediaTime }) => {
    const passed = before === null ? 0 : mediaTime - before;
    before = mediaTime;
    // Of slow ones some are left out, and a loop goes back: the shortest of a few is one frame.
    if (passed > 0.005 && passed < 0.2) frames.set(video, Math.min(frames.get(video) ?? 1, passed));
    if (!video.paused) video.requestVideoFrameCallback(seen);
  };
  video.requestVideoFrameCallback(seen);
}

function step(video, by) {
  video.pause();
  const frame = frames.get(video) ?? USUAL_FRAME_S, last = (video.duration || 0) - frame / 2;
  // To the middle of a frame: at its edge either of two may be shown.
  const number = Math.floor(video.currentTime / frame + 1e-3) + by;
  video.currentTime = Math.max(0, Math.min(last, (number + 0.5) * frame));
}

function hasten(video, by) {
  const at = SPEEDS.findIndex((speed) => speed >= video.playbackRate);
  video.playbackRate = SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, (at < 0 ? SPEEDS.length : at) + by))];
}

const KEYS = {
  ",": (video) => step(video, -1),
  ".": (video) => step(video, 1),
  "<": (video) => hasten(video, -1),
  ">": (video) => hasten(video, 1),
};

const posterOf = (target) =>
  target instanceof HTMLVideoElement && target.controls && target.paused && target.readyState === 0 ? target : null;

const heard = (() => {
  let down = null, last = null;
  const start = (video) => video?.play().catch(() => {});
  return {
    // The player's own buttons have been served by now, and have started what they start.
    click: ({ target }) => start(posterOf(target)),
    // A finger on a player: Chromium gives pointerdown and touchend, and no click.
    pointerdown: ({ target, clientX, clientY }) => (down = { target, clientX, clientY }),
    touchend: ({ target, changedTouches: [touch] }) => {
      const moved = down === null || Math.hypot(touch.clientX - down.clientX, touch.clientY - down.clientY) > TAP_PX;
      // Later than the player's own buttons, which would take it for a second press.
      if (!moved && down.target === target) setTimeout(() => start(posterOf(target)), AFTER_MS);
      down = null;
    },
    keydown: (event) => {
      const act = KEYS[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPED_IN)) return;
      const video = event.target instanceof HTMLVideoElement ? event.target : last;
      if (!video?.isConnected) return;
      event.preventDefault();
      act(video);
    },
    play: ({ target }) => {
      last = target;
      learn(target);
      const { together } = target.dataset; // those that are compared play in step
      for (const other of document.querySelectorAll("video")) {
        if (other !== target && !(together && other.dataset.together === together)) other.pause();
      }
    },
  };
})();

export default function () {
  const begin = () => {
    for (const video of document.querySelectorAll("video[autoplay]")) {
      // Once only: what a person has paused stays paused.
      if (video.dataset.started) continue;
      video.dataset.started = "yes";
      video.muted = true;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        video.autoplay = false;
        video.pause();
        continue;
      }
      video.play().catch(() => {});
    }
  };
  // The video may come into the page before this or after it.
  const watch = new MutationObserver(begin);
  watch.observe(document.body, { subtree: true, childList: true });
  for (const [name, listener] of Object.entries(heard)) document.addEventListener(name, listener, true);
  begin();
  return () => {
    watch.disconnect();
    for (const [name, listener] of Object.entries(heard)) document.removeEventListener(name, listener, true);
  };
}
