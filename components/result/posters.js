export default function () {
  const play = ({ target }) => {
    // The player's own buttons have been served by now, and have started what they start.
    const waits = target instanceof HTMLVideoElement && target.paused && target.readyState === 0;
    if (waits) target.play().catch(() => {});
  };
  document.addEventListener("click", play);
  return () => document.removeEventListener("click", play);
}
