// What the list of jobs shows, and how one gets to a part of it.
import { aJob, expect, runAgain, test } from './system'

const live = /^Live/

test('columns are chosen by keys, are in the address, and are remembered', async ({ page, request }) => {
  await aJob(request, 'status=failed&function=resize_image')
  await page.goto('/jobs?status=%5B%22failed%22%5D&function=resize_image')
  const table = page.getByRole('table', { name: 'Jobs' })
  await expect(table.getByRole('columnheader', { name: 'Error' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Columns' }).press('Enter')
  await page.getByRole('checkbox', { name: 'Error' }).press(' ')
  await page.getByRole('checkbox', { name: 'Arguments' }).press(' ')
  await page.getByRole('checkbox', { name: 'Wait' }).press(' ')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Columns' })).toBeFocused()
  await expect(page).toHaveURL(/columns=status%2Cfunction%2Cjob%2Cargs/)
  await expect(table.getByRole('columnheader', { name: 'Wait' })).toHaveCount(0)
  // An argument and its value, and an error's type and message.
  await expect(table.locator('tbody tr').first().getByText(/^[a-z_]+: \S/)).toBeVisible()
  await expect(table.locator('tbody tr').first().getByText(/^[A-Z]\w+: \S/)).toBeVisible()

  await page.goto('/jobs')
  await expect(table.getByRole('columnheader', { name: 'Arguments' })).toBeVisible()
  await expect(page).toHaveURL(/columns=/)
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('button', { name: 'The usual ones' }).click()
  await expect(page).not.toHaveURL(/columns=/)
  await expect(table.getByRole('columnheader', { name: 'Wait' })).toBeVisible()
})

test('the number of an error leads to exactly the jobs that have it', async ({ page, request }) => {
  const failed = await aJob(request, 'status=failed')
  await page.goto(`/functions/${failed.function}`)
  const row = page.getByRole('table', { name: 'Errors' }).locator('tbody tr').first()
  const number = Number(await row.getByRole('link').first().innerText())
  await row.getByRole('link').first().click()
  await expect(page).toHaveURL(/fingerprint=[0-9a-f]{16}/)
  // More may have failed since.
  const chip = page.getByRole('group', { name: 'Filter jobs' }).getByRole('button', { name: /^Failed/ })
  await expect.poll(async () => Number(/\d+/.exec(await chip.innerText())?.[0])).toBeGreaterThanOrEqual(number)
  await expect(page.getByRole('table', { name: 'Jobs' }).locator('tbody tr').first()).toContainText('Failed')
  await page.getByRole('button', { name: /^Drop the filter Failures of kind/ }).click()
  await expect(page).not.toHaveURL(/fingerprint=/)
})

test('the jobs list gets a new row live, and the row follows its job', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto('/jobs')
  await expect(page.getByRole('button', { name: live })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Jobs' })).toBeVisible()

  const { id } = await runAgain(request, job)
  const row = page.locator(`tr[data-job="${id}"]`)
  await expect(row).toBeVisible()
  await expect(row).toContainText(/Complete|Failed|Cancelled|Retrying/, { timeout: 45_000 })
})

test('a filter of the list is in the address and survives a reload', async ({ page }) => {
  await page.goto('/jobs')
  await page.getByRole('group', { name: 'Filter jobs' }).getByRole('button', { name: 'Complete' }).click()
  await expect(page).toHaveURL(/status=.*complete/)
  await page.reload()
  await expect(page.getByRole('button', { name: 'Complete' })).toHaveAttribute('aria-pressed', 'true')
  const rows = page.getByRole('table', { name: 'Jobs' }).locator('tbody tr')
  await expect(rows.first()).toContainText('Complete')
  await expect(rows.filter({ hasText: 'Queued' })).toHaveCount(0)
})

test('a click shows a job beside the list, the list holds still, and the keys go on from there', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto('/jobs')
  // Pointed at, the list holds still: a row can be clicked.
  await page.getByRole('table', { name: 'Jobs' }).hover()
  await page.locator('tr[data-job]').first().locator('td').nth(4).click()
  const panel = page.getByRole('complementary', { name: 'The job picked' })
  await expect(panel).toBeVisible()
  await expect(page).toHaveURL(/job=job_/)
  const before = await page.locator('tr[data-job]').first().getAttribute('data-job')
  await runAgain(request, job)
  await expect(page.getByRole('button', { name: /new ↑$/ })).toBeVisible()
  expect(await page.locator('tr[data-job]').first().getAttribute('data-job')).toBe(before)
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await page.keyboard.press('o')
  await expect(page).toHaveURL(/\/jobs\/job_/)
})

test('the keys hold the list as the pointer does', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto('/jobs')
  await expect(page.locator('tr[data-job]').nth(1)).toBeVisible()
  await page.keyboard.press('j')
  const focused = (): Promise<string | undefined> => page.evaluate(() => (document.activeElement as HTMLElement).dataset.job)
  const id = await focused()
  expect(id).toBeDefined()
  // A job of the sample's may have come above it while the key was on its way.
  const first = await page.locator('tr[data-job]').first().getAttribute('data-job')
  await runAgain(request, job)
  await expect(page.getByRole('button', { name: /new ↑$/ })).toBeVisible()
  await expect(page.locator('tr[data-job]').first()).toHaveAttribute('data-job', first ?? '')
  expect(await focused()).toBe(id)
})

test('a row opens in a tab of its own as a link does', async ({ page, context }) => {
  await page.goto('/jobs?range=1h')
  const cell = page.locator('tr[data-job]').first().locator('td').nth(4)
  for (const how of [{ modifiers: ['ControlOrMeta' as const] }, { button: 'middle' as const }]) {
    const opened = context.waitForEvent('page')
    await cell.click(how)
    await expect(await opened).toHaveURL(/\/jobs\/job_\w+\?range=1h/)
  }
  await expect(page.getByRole('complementary', { name: 'The job picked' })).toHaveCount(0)
})

test('with a job beside it the list still says when each was made', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto(`/jobs?job=${job.id}`)
  const head = page.getByRole('columnheader', { name: 'Created' })
  await expect(head).toBeInViewport({ ratio: 1 })
  const list = await page.getByRole('region', { name: 'The list of jobs' }).boundingBox()
  const created = await head.boundingBox()
  expect((created?.x ?? 0) + (created?.width ?? 0)).toBeLessThanOrEqual((list?.x ?? 0) + (list?.width ?? 0))
})

test('jobs are picked by ranges and all at once, and many are cancelled only when asked', async ({ page, request }) => {
  const later = new Date(Date.now() + 3_600_000).toISOString()
  for (let n = 0; n < 3; n += 1) await request.post('/api/v1/jobs', { data: { function: 'resize_image', kwargs: { product_id: 1 }, scheduled_at: later } })
  await page.goto('/jobs?status=%5B%22pending%22%5D&function=resize_image')
  const boxes = page.getByRole('checkbox', { name: /^Pick job_/ })
  await boxes.nth(0).click()
  await boxes.nth(2).click({ modifiers: ['Shift'] })
  const bulk = page.getByRole('group', { name: 'Picked jobs' })
  await expect(bulk).toContainText('3 jobs picked')
  await bulk.getByRole('button', { name: 'Cancel 3 jobs' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancel 3 jobs?' })
  await dialog.getByRole('button', { name: 'Keep them' }).click()
  await expect(page.locator('tr[data-job]').first()).toContainText('Scheduled')
  await bulk.getByRole('button', { name: 'Cancel 3 jobs' }).click()
  await dialog.getByRole('button', { name: 'Cancel 3 jobs' }).click()
  await expect(bulk).toContainText('3 jobs cancelled')
  const all = page.getByRole('checkbox', { name: 'Pick every job shown' })
  await all.check()
  await expect(bulk).toContainText(`${String(await boxes.count())} jobs picked`)
  await all.uncheck()
  await expect(bulk).toHaveCount(0)
})

test('a window is what the server had, said with its time, and no stream touches it', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto('/jobs?range=1h')
  await expect(page.getByText(/data from/)).toBeVisible()
  const table = page.getByRole('table', { name: 'Jobs' })
  await expect(table).toBeVisible()
  const { id } = await runAgain(request, job)
  await page.getByRole('button', { name: 'Refresh' }).click()
  await expect(page.locator(`tr[data-job="${id}"]`)).toBeVisible()
})

test('the server’s objection to a search stands at the field', async ({ page }) => {
  await page.goto('/jobs?q=%00')
  const box = page.getByRole('searchbox', { name: 'Search jobs' })
  await expect(box).toHaveAttribute('aria-invalid', 'true')
  await expect(box).toHaveAccessibleDescription(/NUL/)
  await expect(page.getByText('The server is out of reach')).toHaveCount(0)
})

test('the edge between the list and a job is moved by keys, and stays where it was left', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto(`/jobs?job=${job.id}`)
  const edge = page.getByRole('separator', { name: 'Width of the job beside the list' })
  await expect(edge).toHaveAttribute('aria-valuenow', '40')
  await edge.press('ArrowLeft')
  await edge.press('ArrowLeft')
  await expect(edge).toHaveAttribute('aria-valuenow', '44')
  await page.reload()
  await expect(edge).toHaveAttribute('aria-valuenow', '44')
})
