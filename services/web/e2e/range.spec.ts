// Of which time a page speaks: it says so, and a number and the list behind it agree.
import { expect, test } from './system'

const live = /^Live/

test('the range is said where it rules, and a page that is live all the same says that', async ({ page }) => {
  await page.goto('/dashboard?range=1h')
  const main = page.getByRole('main')
  await expect(main.getByText(/^Showing .* data from/)).toBeVisible()
  for (const title of ['Waiting longest', 'Capacity', 'Live feed']) await expect(main.getByRole('heading', { name: `${title} · now` })).toBeVisible()
  for (const name of ['Functions', 'Workers']) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name }).click()
    await expect(main.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(main.getByText('This page is live')).toBeVisible()
    await expect(main.getByText(/data from/)).toHaveCount(0)
  }
  await page.getByRole('navigation', { name: 'Range' }).getByRole('link', { name: 'Live' }).click()
  await expect(main.getByText('This page is live')).toHaveCount(0)
})

test('a figure of a quarter of an hour opens a list of the same, what waits now one of now', async ({ page }) => {
  await page.goto('/dashboard')
  await page.getByRole('group', { name: 'Key figures' }).getByRole('link', { name: /^Failing/ }).click()
  await expect(page).toHaveURL(/\/jobs\?.*range=15m/)
  await expect(page.getByRole('button', { name: 'Failed' })).toHaveAttribute('aria-pressed', 'true')
  await page.goto('/dashboard?range=6h')
  await page.getByRole('link', { name: /waiting$/ }).click()
  await expect(page).toHaveURL(/\/jobs\?/)
  await expect(page).not.toHaveURL(/range=/)
})

test('a figure says what it is compared with, and whose trouble it is that turns it', async ({ page }) => {
  const worst = { function: 'resize_image', function_name: 'resize_image', level: 'bad', since: new Date(Date.now() - 240_000).toISOString(), runs: 200, failures: 24, failure_rate: 12, usual_runs: 5000, usual_failure_rate: 2 }
  const dayAgo = Date.now() - 20 * 3_600_000
  await page.route('**/api/v1/jobs/series?**', async (route) => {
    const asked = new URL(route.request().url()).searchParams
    const told: { points: object[] } = await (await route.fetch()).json()
    const isYesterday = Date.parse(asked.get('before') ?? '') < dayAgo
    await route.fulfill({ json: isYesterday ? { points: told.points.map((point) => ({ ...point, complete: 7, failed: 3 })) } : told })
  })
  await page.goto('/dashboard')
  const figures = page.getByRole('group', { name: 'Key figures' })
  const failingNow = figures.getByRole('link', { name: /^Failing/ })
  await expect(failingNow.getByText(/points on yesterday$/)).toHaveAttribute('title', 'At the same time yesterday it was 30 %.')
  await expect(figures.getByRole('link', { name: /^API errors/ })).not.toContainText('yesterday')
  const before = await figures.boundingBox()
  await page.route('**/api/v1/jobs/unusual?**', async (route) => {
    const told: object = await (await route.fetch()).json()
    await route.fulfill({ json: { ...told, failing: [worst], failing_total: 1 } })
  })
  await expect(failingNow).toContainText('resize_image 12 %, usual 2 %', { timeout: 15_000 })
  await expect(failingNow).toContainText(/since \d/)
  expect(await figures.boundingBox()).toEqual(before)
  await failingNow.click()
  await expect(page).toHaveURL(/\/jobs\?.*function=resize_image/)
})

test('a count of an error opens the failed jobs that say the same, as of now', async ({ page }) => {
  await page.goto('/dashboard')
  await expect(page.getByRole('button', { name: live })).toBeVisible()
  const counted = page.getByRole('table', { name: 'Failing now' }).getByRole('link', { name: /^×/ }).first()
  await expect(counted).toBeVisible()
  const since = page.getByRole('table', { name: 'Failing now' }).getByText(/^since \d/).first()
  await expect(since).toBeHidden()
  await page.setViewportSize({ width: 1800, height: 1000 })
  await expect(since).toBeVisible()
  await page.setViewportSize({ width: 1440, height: 1000 })
  const asked = await page.evaluate(() => Date.now())
  await counted.click()
  await expect(page).toHaveURL(/\/jobs\?.*range=1h/)
  await expect(page.getByRole('table', { name: 'Jobs' }).locator('tbody tr').first()).toContainText('Failed')
  const readAt = await page.getByText(/data from/).getByRole('time').getAttribute('datetime')
  expect(Date.parse(readAt ?? '')).toBeGreaterThanOrEqual(asked)
})
