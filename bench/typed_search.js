// How long after the last key one video alone is shown, in milliseconds; null before.
() => {
  window.typed = { at: 0, took: null };
  addEventListener("keydown", ({ isTrusted }) => isTrusted && (window.typed = { at: performance.now(), took: null }), true);
  const look = () => {
    const { at, took } = window.typed;
    if (took === null && document.querySelectorAll("[data-video]").length === 1) window.typed.took = performance.now() - at;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
