export default function () {
  const start = () => {
    for (const video of document.querySelectorAll("video[autoplay]")) {
      // Once only: what a person has paused stays paused.
      if (video.dataset.started) continue;
      video.dataset.started = "yes";
      video.muted = true;
      video.play().catch(() => {});
    }
  };
  // The video may come into the page before this or after it.
  const watch = new MutationObserver(start);
  watch.observe(document.body, { subtree: true, childList: true });
  start();
  return () => watch.disconnect();
}
