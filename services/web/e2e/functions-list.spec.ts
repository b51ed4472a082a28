// The list of functions: how each has been doing by the hour, and what can be done to it where it stands.
import { aJob, expect, test } from './system'

test('each row has its last 24 hours, read in one question for all of them', async ({ page, request }) => {
  const job = await aJob(request, 'status=complete')
  const questions: string[] = []
  page.on('request', (asked) => {
    if (asked.url().includes('/jobs/activity')) questions.push(asked.url())
  })
  await page.goto('/functions')
  const row = page.getByRole('table', { name: 'Functions' }).getByRole('row').filter({ has: page.locator(`a[href="/functions/${job.function}"]`) })
  await expect(row.getByRole('img')).toHaveAccessibleName(/^[\d,]+ complete.* in 24 hours, in \d+ of them$/)
  expect(questions.length, 'one question, whatever the number of rows').toBe(1)
})

test('a function is paused and resumed from its row, by keys', async ({ page, request }) => {
  const key = 'send_newsletter'
  await request.post(`/api/v1/functions/${key}/resume`)
  await page.goto('/functions')
  const pause = page.getByRole('button', { name: `Pause ${key}` })
  await pause.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: `Resume ${key}` })).toBeVisible()
  expect(((await (await request.get(`/api/v1/functions/${key}`)).json()) as { paused: boolean }).paused).toBe(true)
  await page.getByRole('button', { name: `Resume ${key}` }).click()
  await expect(pause).toBeVisible()
})

test('on a phone what can be done to a function is in sight', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/functions')
  await expect(page.getByRole('link', { name: /^Run .*…$/ }).first()).toBeInViewport({ ratio: 1 })
  await expect(page.getByRole('button', { name: /^Pause / }).first()).toBeInViewport({ ratio: 1 })
})
