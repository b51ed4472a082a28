// How much of the page moved by itself: layout shifts, the feed's own rows left out.
import type { Page } from '@playwright/test'

interface Shift extends PerformanceEntry {
  readonly value: number
  readonly hadRecentInput: boolean
  readonly sources: readonly { readonly node: Node | null }[]
}

export interface Moved {
  readonly value: number
  readonly nodes: readonly string[]
}

declare global {
  interface Window {
    moved: Moved[]
  }
}

/** To be called before the page is opened: what moves while it loads counts, too. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.moved = []
    const elementOf = (node: Node | null): Element | null => (node instanceof Element ? node : (node?.parentElement ?? null))
    const named = (element: Element | null): string =>
      element === null ? 'gone' : `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.slice(0, 40)}”`
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
        const elements = sources.map(({ node }) => elementOf(node))
        if (hadRecentInput || elements.every((element) => element?.closest('.feed'))) continue
        window.moved.push({ value, nodes: elements.map(named) })
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** The sum of all shifts, and what shifted. */
export async function shiftsOf(page: Page): Promise<{ total: number; moved: Moved[] }> {
  const moved = await page.evaluate(() => window.moved)
  return { total: moved.reduce((sum, { value }) => sum + value, 0), moved }
}
