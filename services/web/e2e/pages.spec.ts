// Every page, opened once: the streams of its route by one connection and by one each, nothing that bars anybody's way in
// either theme, and nothing that moves as live data arrives.
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { STREAMS, type StreamName } from '../src/generated/inventory'
import { rootStreamsFor } from '../src/lib/stream/root-streams'
import { updatesOf, withCache } from './cache'
import { shiftsOf, watchShifts } from './steadiness'
import { aJob, aJobWithArtifacts, expect, test } from './system'

const names = Object.keys(STREAMS) as StreamName[]
const MOST_SHIFT = 0.01

interface Case {
  readonly path: string
  readonly pageScoped?: readonly StreamName[]
  readonly holdsStill?: boolean
}

const CASES: readonly Case[] = [
  { path: '/dashboard', pageScoped: ['jobs.trends', 'apis.trends'], holdsStill: true },
  { path: '/jobs' },
  { path: '/jobs/{job}?tab=artifacts', pageScoped: ['artifacts'] },
  { path: '/functions', holdsStill: true },
  { path: '/functions/{function}', pageScoped: ['jobs.trends'] },
  { path: '/apis' },
  { path: '/apis/shop', pageScoped: ['api'], holdsStill: true },
  { path: '/workers', holdsStill: true },
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

for (const { path, pageScoped = [], holdsStill = false } of CASES) {
  test(`${path} has its streams, bars nobody${holdsStill ? ', and holds still' : ''}`, async ({ page, request }) => {
    const job = path.includes('{job}') ? (await aJobWithArtifacts(request)).jobId : ''
    const key = path.includes('{function}') ? (await aJob(request)).function : ''
    const address = path.replace('{job}', job).replace('{function}', key)
    const wanted = [...rootStreamsFor(address.split('?')[0] ?? ''), ...pageScoped].sort()
    const live = page.getByRole('button', { name: /^Live/ })
    const opened = openedStreams(page)
    await withCache(page)
    await watchShifts(page)
    await page.goto(address)
    await expect(live).toBeVisible()

    await test.step('one connection carries the streams of the route', async () => {
      await expect.poll(() => opened.at(-1)?.pathname).toBe('/api/v1/stream')
      await expect.poll(() => opened.at(-1) && subsOf(opened[opened.length - 1] as URL).sort()).toEqual(wanted)
    })
    const updates = await updatesOf(page)
    await test.step('axe has nothing serious to say, in either theme', async () => {
      await expect(page.getByText('Loading', { exact: true })).toHaveCount(0)
      expect(await barriers(page)).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      // The theme changes colours and nothing else.
      expect(await barriers(page, ['color-contrast'])).toEqual([])
    })
    if (holdsStill)
      await test.step('nothing shifts as live data arrives', async () => {
        await expect.poll(() => updatesOf(page), { message: 'live data arrives' }).toBeGreaterThan(updates + 3)
        const { total, moved } = await shiftsOf(page)
        expect(total, JSON.stringify(moved)).toBeLessThan(MOST_SHIFT)
      })
    await test.step('where the transport is single, each stream of the route has a connection of its own, and no other', async () => {
      opened.length = 0
      await giveEachStreamItsOwn(page)
      await expect.poll(() => [...new Set(opened.map(({ pathname }) => streamOf(pathname)))].sort()).toEqual(wanted)
      await expect(live).toBeVisible()
    })
  })
}
