// When the first poster was painted, in milliseconds since the page was asked for; null before.
() => {
  window.painted = null;
  new PerformanceObserver((list) => {
    for (const { element, startTime } of list.getEntries()) {
      // In the page as it begins, or in the grid.
      const address = element?.currentSrc || element?.poster || "";
      if (element instanceof HTMLVideoElement || address.includes("/posters/")) window.painted ??= startTime;
    }
  }).observe({ type: "largest-contentful-paint", buffered: true });
}
