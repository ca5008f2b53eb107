// Since when a video plays, in seconds since 1970; null before.
() => {
  window.began = null;
  addEventListener("playing", () => { window.began ??= Date.now() / 1000; }, true);
}
