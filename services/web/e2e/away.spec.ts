// The server is away, or has another build: what the page says, and that it heals by itself.
import { expect, test } from './system'

test('a server that is away: what was asked, when it is asked again, and then the page by itself', async ({ page }) => {
  await page.clock.install()
  const aSecondLater = (): Promise<void> => page.clock.fastForward(1000)
  await page.route('**/api/v1/**', (route) => route.abort())
  await page.goto('/functions')
  const away = page.getByRole('alert').filter({ hasText: 'The server is out of reach' })
  const pill = page.locator('button.pill')
  await expect(away).toContainText('did not answer at /api/v1/functions')
  const said = new Set<string>()
  for (let second = 0; second < 8; second += 1) {
    said.add((await away.textContent()) ?? '')
    await aSecondLater()
  }
  expect([...said].filter((text) => /[Tt]rying again in \d s/.test(text)).length, 'it counts down').toBeGreaterThan(1)
  expect([...said].every((text) => text.includes('The server is out of reach')), 'asking again blanks nothing').toBe(true)
  await expect(page.getByText(/^Stream lost \d+ s ago\..*trying (again in \d+ s|now)/)).toBeVisible()
  await expect(pill).toHaveText(/in \d+ s/)
  await page.unroute('**/api/v1/**')
  await expect
    .poll(async () => {
      await aSecondLater()
      return pill.textContent()
    }, { intervals: [100] })
    .toMatch(/^Live/)
  await expect(page.getByRole('table', { name: 'Functions' })).toBeVisible()
})

test('code that went with another build is waited for while the server is away, and then the page is loaded anew, once', async ({ page }) => {
  let loads = 0
  let is: 'gone' | 'away' | 'there' = 'gone'
  const asked: string[] = []
  page.on('request', (one) => { if (one.isNavigationRequest()) loads++ })
  await page.route('**/assets/workers-*.js', (route) => {
    asked.push(is)
    return is === 'there' ? route.continue() : is === 'away' ? route.abort() : route.fulfill({ status: 404, body: '' })
  })
  await page.route((url) => url.pathname === '/', (route) => (is === 'away' ? route.abort() : route.continue()))
  await page.goto('/dashboard')
  // What is loaded ahead is not there: the page one is at does not care.
  await expect.poll(() => asked.length).toBe(1)
  is = 'away'
  await page.getByRole('link', { name: 'Workers' }).first().click()
  await expect(page.locator('[data-nothing=away]')).toContainText('The server is out of reach')
  await expect(page.getByRole('navigation').first()).toBeVisible()
  expect(loads).toBe(1)
  is = 'gone'
  page.once('framenavigated', () => { is = 'there' })
  await expect(page.getByRole('heading', { name: 'Workers' })).toBeVisible()
  expect([loads, new URL(page.url()).pathname]).toEqual([2, '/workers'])
})
