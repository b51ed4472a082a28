// How much of the page moved by itself: layout shifts. The rows of a live list push down those beneath them, that is what it
// is; they are left out, and nothing else is.
import { expect, type Page } from "@playwright/test";

interface Shift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
  }[];
}

export interface Moved {
  readonly value: number;
  readonly nodes: readonly string[];
}

declare global {
  interface Window {
    moved: Moved[];
  }
}

/** To be called before the page is opened: what moves while it loads counts, too. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.moved = [];
    const elementOf = (node: Node | null): Element | null =>
      node instanceof Element ? node : (node?.parentElement ?? null);
    const named = (
      element: Element | null,
      { x, y, width, height }: DOMRectReadOnly,
    ): string =>
      element === null
        ? `gone, was at ${[x, y, width, height].map(Math.round).join(" ")}`
        : `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.slice(0, 40)}”`;
    const isIn = (inner: DOMRectReadOnly, outer: DOMRectReadOnly): boolean =>
      inner.left >= outer.left &&
      inner.right <= outer.right &&
      inner.top >= outer.top &&
      inner.bottom <= outer.bottom;
    // A line of the feed may be gone before its shift is told.
    const wasInFeed = (rect: DOMRectReadOnly): boolean =>
      [...document.querySelectorAll(".feed")].some((feed) =>
        isIn(rect, feed.getBoundingClientRect()),
      );
    new PerformanceObserver((list) => {
      for (const {
        value,
        hadRecentInput,
        sources,
      } of list.getEntries() as Shift[]) {
        const moved = sources.map(({ node, previousRect }) => ({
          element: elementOf(node),
          previousRect,
        }));
        // What is gone since moves no more; an entry of nothing else counts, but for the feed's.
        const there = moved.filter(({ element }) => element !== null);
        const isList =
          there.length > 0
            ? there.every(({ element }) =>
                element?.closest(".feed, tbody > .fresh"),
              )
            : moved.every(({ previousRect }) => wasInFeed(previousRect));
        if (hadRecentInput || isList) continue;
        window.moved.push({
          value,
          nodes: moved.map(({ element, previousRect }) =>
            named(element, previousRect),
          ),
        });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** A tenth of what the web's vitals call good. */
const MOST_SHIFT = 0.01;

export async function expectStill(page: Page): Promise<void> {
  const { total, moved } = await shiftsOf(page);
  expect(total, JSON.stringify(moved)).toBeLessThan(MOST_SHIFT);
}

/** The sum of all shifts, and what shifted. */
async function shiftsOf(
  page: Page,
): Promise<{ total: number; moved: Moved[] }> {
  const moved = await page.evaluate(() => window.moved);
  return { total: moved.reduce((sum, { value }) => sum + value, 0), moved };
}
