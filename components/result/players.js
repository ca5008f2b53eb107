// Starts videos where Chromium (156) does not: those meant to play by themselves, and those whose poster is clicked or
// tapped. And one plays at a time.
const TAP_PX = 10;
const AFTER_MS = 100;

const posterOf = (target) =>
  target instanceof HTMLVideoElement && target.paused && target.readyState === 0 ? target : null;

const heard = (() => {
  let down = null;
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
    play: ({ target }) => {
      for (const other of document.querySelectorAll("video")) if (other !== target) other.pause();
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
