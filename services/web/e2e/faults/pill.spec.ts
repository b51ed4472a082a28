// What the page says while something is wrong, and that it knows the truth once it is over.
import type { Page } from '@playwright/test'
import { expectTruth } from '../cache'
import { expect, test } from '../system'
import { ADMIN_KEY, ask, hide, isLive, isLong, pill, rest, seconds, SERVERS, signedIn, told, Traffic } from './scene'

const READS = 'jobs:read functions:read apis:read workers:read dashboard:read streams:read schemas:read'
const token = (lifeS: number, scope: string): Promise<string> => ask(`token?seconds=${String(lifeS)}&scope=${encodeURIComponent(scope)}`)

let traffic: Traffic
/** Between two calls: a minute of them must not be more than a worker gets done. */
const EVERY_MS = isLong ? 1500 : 400

test.beforeEach(() => {
  if (isLong) test.setTimeout(700_000)
  traffic = new Traffic()
})
test.afterEach(async ({ page: _ }, { title, status, duration, error }) => {
  await traffic.end()
  told({ promise: title, seconds: Math.round(duration / 1000), failed: status === 'passed' ? '' : (error?.message ?? status) })
})

async function opened(page: Page, path: string): Promise<void> {
  await signedIn(page, ADMIN_KEY)
  await page.goto(path)
  await isLive(page)
  traffic.begin(EVERY_MS)
}

async function becomesTrue(page: Page): Promise<void> {
  await traffic.end()
  await isLive(page)
  await rest()
  await expectTruth(page)
}

test('servers killed under traffic: catching up, polling, then live with the truth', async ({ page }) => {
  await opened(page, isLong ? '/dashboard' : '/jobs')
  const killed = Promise.all(SERVERS.map((name) => ask(`kill/${name}`)))
  await expect(pill(page)).toHaveText(/^(Catching up|Polling)/)
  await killed
  if (isLong) {
    await expect(pill(page)).toHaveText(/^Polling/)
    await expect(page.getByText(/^Stream lost \d+ s ago\. Showing data from/)).toBeVisible()
    await seconds(5)
  }
  await Promise.all(SERVERS.map((name) => ask(`start/${name}`)))
  await becomesTrue(page)
})

test('a line cut without a word: no news, catching up, then live with the truth', async ({ page }) => {
  await opened(page, '/jobs')
  await ask('cut')
  await expect(pill(page)).toHaveText(/^(Catching up|Polling)/, { timeout: 50_000 })
  if (isLong) {
    await expect(pill(page)).toHaveText(/^Polling/)
    await seconds(7)
  }
  await ask('heal')
  await becomesTrue(page)
})

test('a tab out of sight pauses, and catches up when it is seen again', async ({ page }) => {
  if (!isLong) await page.clock.install()
  await opened(page, '/jobs')
  await hide(page, true)
  if (isLong) await seconds(55)
  else await page.clock.fastForward(61_000)
  await expect(pill(page)).toHaveText(/^Paused/)
  await seconds(isLong ? 10 : 1)
  await hide(page, false)
  await becomesTrue(page)
})

test.describe('who may', () => {
  test.skip(ADMIN_KEY === '', 'local mode asks nobody')

  test('a credential that ends: signed out, and live again with another one', async ({ page }) => {
    await signedIn(page, await token(isLong ? 20 : 7, `${READS} streams:*`))
    await page.goto('/jobs')
    await isLive(page)
    traffic.begin(EVERY_MS)
    await expect(pill(page)).toHaveText(/^Signed out/, { timeout: 60_000 })
    await page.getByLabel('API key').fill(ADMIN_KEY)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await becomesTrue(page)
  })

  test('a scope that is missing: which stream does not move is said, the others are live', async ({ page }) => {
    await signedIn(page, await token(600, `${READS} streams:workers streams:jobs.trends streams:apis`))
    await page.goto('/dashboard')
    await isLive(page)
    await expect(page.getByText('Your key may not read the live events stream')).toBeVisible()
    await page.getByRole('link', { name: 'Jobs', exact: true }).first().click()
    await expect(pill(page)).toHaveText(/^No stream access/)
  })
})
