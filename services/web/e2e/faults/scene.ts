// What a fault is done to: the running system, its line, its traffic, and one page that looks at it.
// FAULTS says where faults are asked for, DIRECT_URL where the system is past the line, ADMIN_KEY whose word it takes
// (nobody's in local mode).
import { appendFileSync } from 'node:fs'
import { expect, type Page } from '@playwright/test'
import { withCache } from '../cache'

export const ADMIN_KEY = process.env.ADMIN_KEY ?? ''
const DIRECT_URL = process.env.DIRECT_URL ?? ''
const FAULTS = process.env.FAULTS ?? ''
/** The processes that may be killed: in local mode all services are one. */
export const SERVERS = (process.env.SERVERS ?? '').split(',')

/** The real lengths of the faults; else, in every run of the tests, just long enough to be noticed. */
export const isLong = process.env.LONG !== undefined

export async function ask(fault: string): Promise<string> {
  const answer = await fetch(`${FAULTS}/${fault}`, { method: 'POST' })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.text()
}

/** One line of the report, where one is written. */
export function told(row: object): void {
  if (process.env.REPORT) appendFileSync(process.env.REPORT, `${JSON.stringify(row)}\n`)
}

async function call<T>(path: string, body?: unknown): Promise<T> {
  const headers = { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/json' }
  const answer = await fetch(`${DIRECT_URL}/api/v1${path}`, body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${String(answer.status)}`)
  return (await answer.json()) as T
}

export const seconds = (s: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, s * 1000))

const CALLS = [
  { function: 'quick', kwargs: { n: 2 } },
  { function: 'steps', kwargs: { pauses: 2 } },
  { function: 'flaky', kwargs: { fail_times: 1 } },
  { function: 'hopeless', kwargs: {} },
  { function: 'painter', kwargs: {} },
  { function: 'parent', kwargs: { children: 3 } },
]
const STATUSES = [200, 200, 201, 304, 404, 500]
const turn = <T>(all: readonly T[], n: number): T => all[n % all.length] as T

/** Jobs of every kind, and requests of an API. A service that is away takes nothing: that is its fault. */
export class Traffic {
  private sent = 0
  private timer: ReturnType<typeof setInterval> | undefined
  private readonly under = new Set<Promise<unknown>>()

  burst(jobs: number): void {
    const calls = Array.from({ length: jobs }, () => turn(CALLS, this.sent++))
    // Above fifty a second the feed leaves some out: then a live log is not all there is, and says so.
    const requests = calls.slice(0, 15).map((_, n) => ({
      id: crypto.randomUUID(), at: new Date().toISOString(), method: 'GET', path: '/products/{id}', status: turn(STATUSES, this.sent + n), latency_ms: 12, instance_id: 'shop-1',
    }))
    this.send(call('/jobs/batch', { jobs: calls }))
    this.send(call('/apis/shop/requests', { requests }))
  }

  begin(everyMs: number): void {
    this.timer = setInterval(() => { this.burst(2) }, everyMs)
  }

  async end(): Promise<void> {
    clearInterval(this.timer)
    await Promise.all(this.under)
  }

  private send(request: Promise<unknown>): void {
    const settled = request.catch(() => undefined).finally(() => this.under.delete(settled))
    this.under.add(settled)
  }
}

const UNFINISHED = '/jobs?status=queued&status=pending&status=active&status=retrying&limit=1'

/** How long the one worker may take over what a long fault left behind: that is about the machine, not the page. */
const REST_MS = isLong ? 400_000 : 120_000

/** Every job has come to its end: from here on the server's answers change no more. */
export const rest = (): Promise<void> =>
  expect.poll(async () => (await call<{ total: number }>(UNFINISHED)).total, { message: 'every job ends', timeout: REST_MS }).toBe(0)

export async function signedIn(page: Page, key: string): Promise<void> {
  await withCache(page)
  await page.addInitScript((value) => { if (sessionStorage.getItem('millstream.key') === null) sessionStorage.setItem('millstream.key', value) }, key)
}

export const pill = (page: Page) => page.locator('button.pill')
export const isLive = (page: Page): Promise<void> => expect(pill(page)).toHaveText(/^Live/, { timeout: 60_000 })

/** A headless browser's tabs are always in sight: the page is told that it is not, as the browser would tell it. */
export const hide = (page: Page, isHidden: boolean): Promise<void> =>
  page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') })
    document.dispatchEvent(new Event('visibilitychange'))
  }, isHidden)

export const PAGES = ['Dashboard', 'Jobs', 'Functions', 'APIs', 'Workers'] as const
export const goTo = (page: Page, name: (typeof PAGES)[number]): Promise<void> =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click()
