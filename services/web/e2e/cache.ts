// What the page knows, read where React keeps it, and held against what the server answers.
//
// The app exposes its query cache to nobody, and a build with a hook for tests would be another app than the one people
// open. So the cache is found from outside, in the very bundle that is shipped: by the fibre of the provider that was given
// the client. Should React or TanStack Query move it, `clientOf` throws; it cannot pass by finding nothing. Truth is
// asked for by each query's own read (GETs of REST, at rest), so that a query added tomorrow is compared without a word here.
import type { QueryClient } from '@tanstack/react-query'
import { expect, type Page } from '@playwright/test'

interface Fibre {
  readonly memoizedProps: { readonly client?: QueryClient } | null
  readonly child: Fibre | null
  readonly stateNode: { readonly current: Fibre }
}

declare global {
  interface Window {
    queryClient: () => QueryClient
  }
}

/** Moves with the time alone, so two readings of it at two times differ in truth; everything else must be equal. */
const MOVING = ['age_seconds', 'requests_per_min', 'jobs_per_min', 'last_heartbeat', 'kept_since', 'after', 'before', 'from', 'scanned_until']

export async function withCache(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.queryClient = () => {
      const root = document.getElementById('root') as unknown as Record<string, Fibre>
      const container = Object.keys(root).find((name) => name.startsWith('__reactContainer$')) ?? ''
      for (let fibre: Fibre | null = root[container]?.stateNode.current ?? null; fibre; fibre = fibre.child)
        if (fibre.memoizedProps?.client && 'getQueryCache' in fibre.memoizedProps.client) return fibre.memoizedProps.client
      throw new Error('The query client is not where React kept it.')
    }
  })
}

/** How often anything in the cache was replaced, by a stream or by a read. */
export const updatesOf = (page: Page): Promise<number> =>
  page.evaluate(() => window.queryClient().getQueryCache().getAll().reduce((total, query) => total + query.state.dataUpdateCount, 0))

/** Where the live keys that are on the page differ from what the server answers now: `key path: cached ≠ true`. */
export const differences = (page: Page): Promise<string[]> =>
  page.evaluate(async (moving) => {
    const client = window.queryClient()
    const found: string[] = []
    const say = (path: string, cached: unknown, truth: unknown): void => {
      found.push(`${path}: ${JSON.stringify(cached)?.slice(0, 120)} ≠ ${JSON.stringify(truth)?.slice(0, 120)}`)
    }
    const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
    // The first step is cut by the beginning of the stretch, the last still fills: both move with the time.
    const inner = (points: unknown[]): Map<unknown, unknown> => new Map(points.slice(1, -1).map((point) => [(point as { at: string }).at, point]))
    // Of minutes the newest still fills, and each minute the oldest one leaves: those that are over are compared, each with itself.
    interface Minutes { readonly minutes: readonly string[]; readonly slots_taken: Readonly<Record<string, readonly unknown[]>> }
    const hasMinutes = (value: unknown): value is Minutes => isRecord(value) && Array.isArray(value.minutes) && isRecord(value.slots_taken)
    const over = ({ minutes, slots_taken: taken }: Minutes): Map<string, unknown> =>
      new Map(minutes.slice(0, -1).map((minute, index) => [minute, Object.fromEntries(Object.entries(taken).map(([name, slots]) => [name, slots[index]]))]))
    const common = (found: Map<string, unknown>, known: Map<string, unknown>): unknown[] => [...found].flatMap(([minute, taken]) => (known.has(minute) ? [taken] : []))
    // Requests of one millisecond have no order.
    const byTime = (a: { at: string; id: string }, b: { at: string; id: string }): number => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? 1 : -1)
    const compare = (path: string, cached: unknown, truth: unknown): void => {
      if (Array.isArray(cached) && Array.isArray(truth)) {
        if (path.endsWith('.events')) compare(`${path} by time`, cached.toSorted(byTime), truth.toSorted(byTime))
        else if (path.endsWith('.data.points')) {
          const known = inner(cached)
          inner(truth).forEach((point, at) => {
            if (known.has(at)) compare(`${path} ${String(at)}`, known.get(at), point)
          })
        } else if (cached.length !== truth.length) say(`${path}.length`, cached.length, truth.length)
        else truth.forEach((one, index) => { compare(`${path}[${String(index)}]`, cached[index], one) })
      } else if (hasMinutes(cached) && hasMinutes(truth)) {
        const [mine, theirs] = [over(cached), over(truth)]
        compare(`${path} by minute`, common(mine, theirs), common(theirs, mine))
      } else if (isRecord(cached) && isRecord(truth)) {
        for (const name of new Set([...Object.keys(cached), ...Object.keys(truth)]))
          if (!moving.includes(name)) compare(`${path}.${name}`, cached[name], truth[name])
      } else if (cached !== truth) say(path, cached, truth)
    }
    // A window is dated; the feed is what was heard, and REST knows only how each job stands by now.
    const live = client.getQueryCache().findAll({ type: 'active', predicate: ({ queryKey }) => queryKey[0] !== 'window' && queryKey[0] !== 'feed' })
    if (live.length === 0) found.push('nothing on this page is live')
    await Promise.all(
      live.map(async ({ queryKey, options, state: { data } }) => {
        const signal = new AbortController().signal
        if (typeof options.queryFn !== 'function') return
        try {
          compare(JSON.stringify(queryKey), data, await options.queryFn({ client, queryKey, signal, meta: undefined }))
        } catch (error) {
          found.push(`${JSON.stringify(queryKey)}: not answered, ${String(error)}`)
        }
      }),
    )
    return found
  }, MOVING)

/** At rest, what is on the page becomes what the server has: the slowest reading of the dashboard is every 30 s. */
export async function expectTruth(page: Page, message = 'the cache is the truth', timeout = 45_000): Promise<void> {
  await expect.poll(() => differences(page), { message, timeout, intervals: [300, 1000, 3000] }).toEqual([])
}
