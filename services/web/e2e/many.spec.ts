// Where there are thousands of a thing, a page draws those one sees.
import { expect, test } from './system'

const MANY = 2000
const MOST_DRAWN = 80

test.beforeEach(async ({ page, request }) => {
  const { functions } = (await (await request.get('/api/v1/functions')).json()) as { functions: object[] }
  const keys = Array.from({ length: MANY }, (_, n) => `many_${String(n).padStart(4, '0')}`)
  const many = keys.map((key) => ({ ...functions[0], key, name: key, paused: false }))
  await page.route('**/api/v1/functions', (route) => route.fulfill({ json: { functions: many, total: MANY } }))
})

test('of 2,000 functions those in sight are drawn, in any order, and the last is reached', async ({ page }) => {
  await page.goto('/functions?sort=name')
  const table = page.getByRole('table', { name: 'Functions' })
  const rows = table.locator('tbody tr:not([aria-hidden])')
  await expect(table).toHaveAttribute('aria-rowcount', String(MANY + 1))
  await expect(rows.first()).toContainText('many_0000')
  expect(await rows.count()).toBeLessThan(MOST_DRAWN)
  const head = table.getByRole('columnheader', { name: 'Wait p95' })
  const place = await head.boundingBox()
  await page.getByRole('region', { name: 'Functions, scrolled' }).evaluate((box) => { box.scrollTop = box.scrollHeight })
  await expect(rows.last()).toContainText('many_1999')
  await expect(rows.last()).toHaveAttribute('aria-rowindex', String(MANY + 1))
  await expect(rows.last()).toBeInViewport({ ratio: 0.9 })
  expect(await rows.count()).toBeLessThan(MOST_DRAWN)
  expect(await head.boundingBox(), 'the head stays where it was, and as wide').toEqual(place)
  await table.getByRole('button', { name: 'Function' }).click()
  await page.getByRole('region', { name: 'Functions, scrolled' }).evaluate((box) => { box.scrollTop = 0 })
  await expect(rows.first()).toContainText('many_1999')
})

test('a function is found by a part of its name, which is in the address', async ({ page }) => {
  await page.goto('/functions')
  const rows = page.getByRole('table', { name: 'Functions' }).locator('tbody tr:not([aria-hidden])')
  const box = page.getByRole('searchbox', { name: 'Find a function' })
  await box.pressSequentially('MANY_19')
  await expect(rows).toHaveCount(100)
  await expect(page).toHaveURL(/q=MANY_19/)
  await page.reload()
  await expect(box).toHaveValue('MANY_19')
  await expect(rows).toHaveCount(100)
  await box.fill('no such')
  await page.getByRole('button', { name: 'Drop the filter “no such”' }).click()
  await expect(rows.first()).toBeVisible()
  await expect(page).not.toHaveURL(/q=/)
})

test('the box is empty once its page is gone to anew', async ({ page }) => {
  await page.goto('/functions')
  const box = page.getByRole('searchbox', { name: 'Find a function' })
  await box.fill('many_19')
  await expect(page).toHaveURL(/q=many_19/)
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Functions' }).click()
  await expect(page).not.toHaveURL(/q=/)
  await expect(box).toHaveValue('')
  await expect(page.getByRole('table', { name: 'Functions' }).locator('tbody tr').first()).toContainText('many_0000')
})

test('the palette draws the nearest of 2,000 functions', async ({ page }) => {
  await page.goto('/functions')
  await page.getByRole('button', { name: 'Search' }).click()
  const options = page.getByRole('dialog', { name: 'Search and commands' }).getByRole('option')
  await expect(options.filter({ hasText: 'many_' })).toHaveCount(20)
  await page.getByPlaceholder(/^A job id/).fill('many_1234')
  await expect(page.getByRole('option', { name: 'many_1234', exact: true })).toBeVisible()
  expect(await options.count()).toBeLessThan(MOST_DRAWN)
})
