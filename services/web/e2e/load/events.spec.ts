// Many events for a minute: what the page's thread, its heap and the server's REST make of them. A task is measured twice:
// by the clock, as the browser reports a long one, and by the CPU it used, which other work on the machine does not change.
// RATE events a second of jobs nobody reads about; REPORT is the file that is added to.
import type { CDPSession, Page } from '@playwright/test'
import { ADMIN_KEY, ask, isLive, seconds, signedIn, told } from '../faults/scene'
import { expect, test } from '../system'

declare global {
  interface Window {
    longTasks: number[]
  }
}

const RATE = process.env.RATE ?? '500'
const MEASURED_S = 60
const PARTS = 4
/** The first seconds fill what is bounded: lists, feed, the browser's own caches. */
const WARM_S = 10
const LONG_TASK_MS = 50

async function heapMb(client: CDPSession): Promise<number> {
  await client.send('HeapProfiler.collectGarbage')
  const { usedSize } = await client.send('Runtime.getHeapUsage')
  return Math.round(usedSize / 2 ** 14) / 64
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/** The CPU of the page's thread: its longest tasks, in milliseconds. */
function longestByCpu(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const mains = new Set(traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(({ pid, tid }) => `${String(pid)} ${String(tid)}`))
  const tasks = traceEvents.filter(({ name, pid, tid, tdur }) => name.endsWith('RunTask') && tdur !== undefined && mains.has(`${String(pid)} ${String(tid)}`))
  expect(tasks.length, 'tasks in the trace').toBeGreaterThan(0)
  return tasks.map(({ tdur = 0 }) => tdur / 1000).sort((a, b) => b - a).slice(0, 10)
}

function readsOf(page: Page): string[] {
  const reads: string[] = []
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url())
    if (pathname.startsWith('/api/') && !pathname.endsWith('/stream')) reads.push(pathname + search)
  })
  return reads
}

async function opened(page: Page, path: string): Promise<void> {
  await signedIn(page, ADMIN_KEY)
  await page.addInitScript(() => {
    window.longTasks = []
    new PerformanceObserver((list) => { window.longTasks.push(...list.getEntries().map(({ duration }) => duration)) }).observe({ type: 'longtask' })
  })
  await page.goto(path)
  await isLive(page)
}

for (const path of ['/dashboard', '/jobs'])
  test(`${path} under ${RATE} events a second`, async ({ page, browser }) => {
    test.setTimeout(240_000)
    await opened(page, path)
    const client = await page.context().newCDPSession(page)
    const reads = readsOf(page)
    await ask(`begin/${RATE}`)
    await seconds(WARM_S)
    const heaps = [await heapMb(client)]
    const traced: number[] = []
    const tasks: number[] = []
    for (let part = 0; part < PARTS; part += 1) {
      // The collection before a heap is read is a long task of ours: it is neither traced nor counted.
      await browser.startTracing(page, { categories: ['toplevel'] })
      await page.evaluate(() => { window.longTasks.length = 0 })
      await seconds(MEASURED_S / PARTS)
      tasks.push(...await page.evaluate(() => window.longTasks))
      traced.push(...longestByCpu(await browser.stopTracing()))
      heaps.push(await heapMb(client))
    }
    const byCpu = traced.sort((a, b) => b - a).slice(0, 10)
    const sent = Number(await ask('end/'))
    const long = tasks.filter((ms) => ms > LONG_TASK_MS)
    const failed = [
      ...byCpu.filter((ms) => ms > LONG_TASK_MS).map((ms) => `a task of ${String(ms)} ms`),
      // Its first reading may have caught garbage of the loading; after that it must not grow.
      ...((heaps.at(-1) ?? 0) > (heaps[1] ?? 0) * 1.1 + 1 ? ['the heap grows'] : []),
    ]
    const measured = { long_tasks: long.length, longest_ms: Math.max(0, ...tasks), longest_cpu_ms: byCpu.map((ms) => Math.round(ms * 10) / 10), heaps_mb: heaps }
    told({ path, sent, ...measured, reads: countsOf(reads), failed: failed.join(', ') })
    expect(failed).toEqual([])
  })

test('traffic of other functions has nothing read again', async ({ page }) => {
  test.setTimeout(120_000)
  await opened(page, '/jobs?function=quick')
  await page.waitForLoadState('load')
  const reads = readsOf(page)
  await ask(`begin/${RATE}`)
  await seconds(15)
  const sent = Number(await ask('end/'))
  told({ path: '/jobs?function=quick', sent, reads: countsOf(reads), failed: reads.join(', ') })
  expect(reads).toEqual([])
})

function countsOf(reads: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const read of reads) {
    const path = read.split('?')[0] ?? ''
    counts[path] = (counts[path] ?? 0) + 1
  }
  return counts
}
