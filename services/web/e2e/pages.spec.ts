// Every page, opened once: the streams of its route by one connection and by one each, nothing that bars anybody's way in
// either theme, and nothing that moves as live data arrives.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { STREAMS, type StreamName } from '../src/generated/inventory'
import { rootStreamsFor } from '../src/lib/stream/root-streams'
import { updatesOf, withCache } from './cache'
import { expectStill, watchShifts } from './steadiness'
import { aJob, aJobWithArtifacts, expect, test } from './system'

const names = Object.keys(STREAMS) as StreamName[]

interface Case {
  readonly path: string
  /** The same page, showing something else. */
  readonly also?: readonly string[]
  readonly pageScoped?: readonly StreamName[]
}

const CASES: readonly Case[] = [
  { path: '/dashboard', pageScoped: ['jobs.trends', 'apis.trends'] },
  { path: '/jobs', also: ['/jobs/bulk'] },
  { path: '/jobs/{job}?tab=artifacts', also: ['/jobs/{job}?tab=attempts', '/jobs/{job}?tab=raw'], pageScoped: ['artifacts'] },
  { path: '/functions' },
  { path: '/functions/{function}', also: ['/functions/{function}?run=true', '/functions/tidy_carts?tab=schedule'], pageScoped: ['jobs.trends'] },
  { path: '/apis' },
  { path: '/apis/shop', pageScoped: ['api'] },
  { path: '/workers' },
]

const isStaticOther = (name: StreamName, path: string): boolean => STREAMS[name].endpoint.includes('{') && names.some((other) => STREAMS[other].endpoint === path)
const streamOf = (path: string): string =>
  names.find((name) => new RegExp(`^${STREAMS[name].endpoint.replace(/\{\w+\}/, '[^/]+')}$`).test(path) && !isStaticOther(name, path)) ?? path
/** The streams a combined url asks for: by path, so that parameters do not matter. */
const subsOf = (url: URL): string[] => url.searchParams.getAll('sub').map((sub) => streamOf(`/api/v1${sub.slice(sub.indexOf(':') + 1).split('?')[0] ?? ''}`))

function openedStreams(page: Page): URL[] {
  const opened: URL[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.pathname.endsWith('/stream')) opened.push(url)
  })
  return opened
}

/** What axe calls serious or critical. */
async function barriers(page: Page, rules?: string[]): Promise<string[]> {
  // The rows of a table are alike: a few stand for all.
  const axe = new AxeBuilder({ page }).setLegacyMode().exclude('tbody tr:nth-child(n+6)')
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

async function giveEachStreamItsOwn(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^A job id/).fill('Give each stream')
  await page.getByRole('option', { name: /^Give each stream/ }).click()
}

for (const { path, also = [], pageScoped = [] } of CASES) {
  test(`${path} has its streams, bars nobody, and holds still`, async ({ page, request }) => {
    const job = path.includes('{job}') ? (await aJobWithArtifacts(request)).jobId : ''
    const key = path.includes('{function}') ? (await aJob(request)).function : ''
    const live = page.getByRole('button', { name: /^Live/ })
    const opened = openedStreams(page)
    await withCache(page)
    await watchShifts(page)
    for (const spelled of [...also, path]) {
      const address = spelled.replace('{job}', job).replace('{function}', key)
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto(address)
      await expect(live).toBeVisible()
      const updates = await updatesOf(page)
      await test.step(`${spelled}: axe has nothing serious to say, in either theme`, async () => {
        await expect(page.getByText('Loading', { exact: true })).toHaveCount(0)
        expect(await barriers(page)).toEqual([])
        await page.emulateMedia({ colorScheme: 'dark' })
        // The theme changes colours and nothing else.
        expect(await barriers(page, ['color-contrast'])).toEqual([])
      })
      await test.step(`${spelled}: nothing shifts as live data arrives`, async () => {
        // A job that has ended is told of no more: its own page is watched while it runs, below. Of bulk actions no stream tells, of a
        // schedule only when it is due.
        if (!job && spelled !== '/jobs/bulk' && !spelled.endsWith('tab=schedule')) await expect.poll(() => updatesOf(page), { message: 'live data arrives' }).toBeGreaterThan(updates + 1)
        await expectStill(page)
      })
    }
    const wanted = [...rootStreamsFor(new URL(page.url()).pathname), ...pageScoped].sort()
    await test.step('one connection carries the streams of the route', async () => {
      await expect.poll(() => opened.at(-1)?.pathname).toBe('/api/v1/stream')
      await expect.poll(() => opened.at(-1) && subsOf(opened[opened.length - 1] as URL).sort()).toEqual(wanted)
    })
    await test.step('where the transport is single, each stream of the route has a connection of its own, and no other', async () => {
      opened.length = 0
      await giveEachStreamItsOwn(page)
      await expect.poll(() => [...new Set(opened.map(({ pathname }) => streamOf(pathname)))].sort()).toEqual(wanted)
      await expect(live).toBeVisible()
    })
  })
}

const RUNS = [
  { what: 'its log and its progress grow', function: 'resize_image', kwargs: { product_id: 2, seconds: 3 }, tab: 'logs' },
  { what: 'its artifacts come', function: 'resize_image', kwargs: { product_id: 3, seconds: 3 }, tab: 'artifacts' },
  { what: 'its tree grows', function: 'send_newsletter', kwargs: { subject: 'Still', recipients: 8 }, tab: 'attempts' },
]

for (const { what, tab, ...call } of RUNS)
  test(`a running job's page holds still while ${what}`, async ({ page, request }) => {
    const { id } = (await (await request.post('/api/v1/jobs', { data: call })).json()) as { id: string }
    await watchShifts(page)
    await page.goto(`/jobs/${id}?tab=${tab}`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Complete', { timeout: 60_000 })
    await expect(page.getByRole('button', { name: 'Re-run', exact: true })).toBeVisible()
    await expectStill(page)
  })

test('the sign-in holds still', async ({ page }) => {
  await page.route('**/api/v1/**', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', json: { type: 'urn:millstream:problem:unauthenticated', title: 'Unauthorized', status: 401, detail: 'No key.', code: 'unauthenticated' } }))
  await watchShifts(page)
  await page.goto('/jobs')
  await expect(page.getByRole('form', { name: 'Sign in' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Signed out/ })).toBeVisible()
  await expectStill(page)
})
