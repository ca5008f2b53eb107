"""Words that do not fit where they stand, as the browser has laid them out."""

from __future__ import annotations

from playwright.sync_api import Page

CLIPPED = """() => {
  const found = [];
  const isSeen = element => element.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  const look = root => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) look(element.shadowRoot);
      const texts = [...element.childNodes].filter(node => node.nodeType === 3);
      const words = texts.map(node => node.nodeValue.trim()).join('');
      if (words === '' || ['SCRIPT', 'STYLE', 'OPTION', 'NOSCRIPT', 'TITLE'].includes(element.tagName)) continue;
      const style = getComputedStyle(element);
      const {left, right, width, height} = element.getBoundingClientRect();
      // What is for screen readers alone is one pixel large.
      if (!isSeen(element) || width <= 1 || height <= 1) continue;
      const hides = ['hidden', 'clip'].includes(style.overflowX);
      const isCut = hides && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 2;
      const isOut = right > innerWidth + 1 || left < -1;
      // What scrolls by itself, such as a table of code, may be wider.
      const scrolls = element.closest('pre, [data-testid=stCode], [data-scrolls]') !== null;
      if ((isCut || isOut) && !scrolls) found.push(`${element.tagName} ${words.slice(0, 60)}`);
    }
  };
  look(document.body);
  return found;
}"""


def clipped(page: Page) -> list[str]:
    """The elements with words that are cut off, or stick out of the window, and how their words begin."""
    found: list[str] = page.evaluate(CLIPPED)
    return found
