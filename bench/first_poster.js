// When the first poster was painted, in milliseconds since the page was asked for; null before.
() => {
  window.painted = null;
  new PerformanceObserver((list) => {
    for (const { element, startTime } of list.getEntries()) {
      if (element instanceof HTMLVideoElement) window.painted ??= startTime;
    }
  }).observe({ type: "largest-contentful-paint", buffered: true });
}
