// Faults in any order: after them, at rest, what the browser holds is what the server has, on every page.
// SEEDS says which sequences (`1-3`, `7`); each is the same every time, as far as machines allow.
import type { Page } from '@playwright/test'
import { expectTruth } from '../cache'
import { test } from '../system'
import { ADMIN_KEY, ask, goTo, hide, isLive, isLong, PAGES, pill, rest, seconds, SERVERS, signedIn, told, Traffic } from './scene'

const [first = 1, last = first] = (process.env.SEEDS ?? '1-50').split('-').map(Number)
const STEPS = isLong ? 6 : 4
const LONGEST_S = isLong ? 4 : 0.6

type Random = () => number

/** Mulberry32: small, and good enough to choose by. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const oneOf = <T>(all: readonly T[], random: Random): T => all[Math.floor(random() * all.length)] as T

interface Scene {
  readonly page: Page
  readonly traffic: Traffic
  readonly random: Random
  readonly aWhile: () => Promise<void>
}

const restarted = (name: string) => async ({ aWhile }: Scene): Promise<void> => {
  await ask(`kill/${name}`)
  await aWhile()
  await ask(`start/${name}`)
}

const FAULTS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'line cut': async ({ aWhile }) => {
    await ask('cut')
    await aWhile()
    await ask('heal')
  },
  'connections reset': async () => {
    await ask('drop')
  },
  ...Object.fromEntries(SERVERS.map((name) => [`${name} killed`, restarted(name)])),
  hidden: async ({ page, aWhile }) => {
    await hide(page, true)
    await aWhile()
    await hide(page, false)
  },
  paused: async ({ page, aWhile }) => {
    await pill(page).click()
    await aWhile()
    await pill(page).click()
  },
  'another page': async ({ page, random }) => {
    await goTo(page, oneOf(PAGES, random))
  },
  reloaded: async ({ page }) => {
    await page.reload()
  },
  burst: async ({ traffic, random }) => {
    traffic.burst(10 + Math.floor(random() * 40))
    return Promise.resolve()
  },
}

/** The newest job's page, and its function's. */
async function expectTruthOfOne(page: Page): Promise<void> {
  await goTo(page, 'Jobs')
  const row = page.locator('tr[data-job]').first()
  // Its own link comes first; that of the job it is a child of may follow.
  await row.locator('a[href^="/jobs/"]').first().click()
  await expectTruth(page, 'the cache is the truth on the page of a job')
  await page.goBack()
  await row.locator('a[href^="/functions/"]').click()
  await expectTruth(page, 'the cache is the truth on the page of a function')
}

for (let seed = first; seed <= last; seed += 1) {
  const random = randomFrom(seed)
  const steps = Array.from({ length: STEPS }, () => oneOf(Object.keys(FAULTS), random))

  test(`sequence ${String(seed)}: ${steps.join(', ')}; then the truth`, async ({ page }) => {
    test.setTimeout(isLong ? 700_000 : 300_000)
    const traffic = new Traffic()
    const aWhile = (): Promise<void> => seconds((0.2 + 0.8 * random()) * LONGEST_S)
    await signedIn(page, ADMIN_KEY)
    await page.goto('/jobs')
    await isLive(page)
    traffic.begin(600)
    try {
      for (const step of steps) {
        await FAULTS[step]?.({ page, traffic, random, aWhile })
        await aWhile()
      }
    } finally {
      await traffic.end()
    }
    const endedAt = Date.now()
    const row = { seed, steps, live_again_ms: 0, true_ms: 0 }
    try {
      // A click that came while the page was not yet live may have paused it for good: that is a person's choice.
      if (/^Paused/.test(await pill(page).innerText())) await pill(page).click()
      await isLive(page)
      row.live_again_ms = Date.now() - endedAt
      await rest()
      await expectTruth(page)
      row.true_ms = Date.now() - endedAt
      if (isLong) await expectTruthOfOne(page)
      for (const name of isLong ? PAGES : [oneOf(PAGES, random)]) {
        await goTo(page, name)
        await expectTruth(page, `the cache is the truth on ${name}`)
      }
      told({ ...row, failed: '' })
    } catch (error) {
      told({ ...row, failed: String(error) })
      throw error
    }
  })
}
