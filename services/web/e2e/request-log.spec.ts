// Many pages of the request log: those rows in sight are drawn, and the keys go through all of them.
import { readFile } from 'node:fs/promises'
import { expect, test } from './system'

const MANY = 350
const MOST_DRAWN = 80

test('of 350 requests those in sight are drawn, and the keys go through them with the panel open', async ({ page, request }) => {
  const told = Array.from({ length: MANY }, (_, n) => ({
    id: crypto.randomUUID(), at: new Date(Date.now() - 1000 * (n + 60)).toISOString(), method: 'GET', path: '/many/{id}', status: 200, latency_ms: n + 1, instance_id: 'many',
  }))
  expect((await request.post('/api/v1/apis/journey-many/requests', { data: { requests: told } })).status()).toBe(202)
  await expect.poll(async () => ((await (await request.get('/api/v1/apis/events?api_name=journey-many&limit=1')).json()) as { total: number }).total).toBe(MANY)
  const last = told[MANY - 1]
  const body = { content_type: 'application/json', bytes: 24, text: '{"password": "[masked]"}', masked: ['$.password'] }
  expect((await request.post('/api/v1/apis/journey-many/captures', { data: { captures: [{ request_id: last?.id, at: last?.at, request: body, response: null }] } })).status()).toBe(204)
  await page.goto('/apis/journey-many?range=1h#requests')
  await expect(page.locator('#requests')).toBeInViewport()
  const table = page.getByRole('table', { name: 'Requests', exact: true })
  const rows = table.locator('tbody tr:not([aria-hidden])')
  await expect(rows).toHaveCount(100)
  // All of them, though few are drawn; and those that took so long, once that is asked for.
  const saved = async (): Promise<string[]> => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'CSV' }).click()
    return (await readFile(await (await download).path(), 'utf8')).trimEnd().split('\r\n')
  }
  const [head, ...lines] = await saved()
  expect(head).toMatch(/^at,api_name,method,path,status,latency_ms,/)
  expect(lines).toHaveLength(MANY)
  await page.getByRole('textbox', { name: 'Took at least' }).fill('301ms')
  await page.getByRole('textbox', { name: 'Took at least' }).press('Enter')
  await expect(page).toHaveURL(/min_latency_ms=301/)
  await expect(rows).toHaveCount(50)
  expect(await saved()).toHaveLength(51)
  await page.getByRole('textbox', { name: 'Took at least' }).fill('')
  await page.getByRole('textbox', { name: 'Took at least' }).press('Enter')
  await expect(page).not.toHaveURL(/min_latency_ms/)
  await expect(rows).toHaveCount(100)
  const more = page.getByRole('button', { name: 'Show older' })
  for (const shown of [200, 300, MANY]) {
    await more.click()
    await expect(page.getByText(`Showing ${String(shown)} of`)).toBeVisible()
  }
  await expect(table).toHaveAttribute('aria-rowcount', String(MANY + 1))
  expect(await rows.count()).toBeLessThan(MOST_DRAWN)

  const box = page.getByRole('region', { name: 'Requests, newest first' })
  await box.evaluate((one) => { one.scrollTop = one.scrollHeight })
  await expect(rows.last()).toHaveAttribute('aria-rowindex', String(MANY + 1))
  await expect(rows.last()).toBeInViewport({ ratio: 0.9 })
  expect(await rows.count()).toBeLessThan(MOST_DRAWN)

  await rows.last().getByRole('link').first().click()
  const panel = page.getByRole('complementary', { name: 'The request picked' })
  await expect(panel.getByText('350 ms')).toBeVisible()
  await expect(panel.getByRole('list', { name: 'Masked by rule' }).first()).toHaveText('masked $.password')
  await page.keyboard.press('k')
  await expect(panel.getByText('349 ms')).toBeVisible()
  await expect(panel.getByText('They were not captured.')).toBeVisible()
  await expect(table.locator('tr[aria-selected=true]')).toBeFocused()
  // The row picked is out of sight, and not drawn: the keys go on from it all the same.
  await box.evaluate((one) => { one.scrollTop = 0 })
  await expect(table.locator('tr[aria-selected=true]')).toHaveCount(0)
  await page.keyboard.press('k')
  await expect(panel.getByText('348 ms')).toBeVisible()
  const picked = table.locator('tr[aria-selected=true]')
  await expect(picked).toBeFocused()
  await expect(picked).toBeInViewport({ ratio: 0.9 })
  for (let steps = 0; steps < 30; steps++) await page.keyboard.press('k')
  await expect(panel.getByText('318 ms')).toBeVisible()
  await expect(picked).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
})
