// What is done to all jobs a filter finds.
import { expect, test } from './system'

test('all jobs that match are cancelled, also those nobody looked at, and none that came after they were counted', async ({ page, request }) => {
  const tag = `bulk-${Date.now().toString(36)}`
  const wish = { function: 'resize_image', kwargs: { product_id: 1 }, tags: [tag], delay_s: 3600 }
  const made = await request.post('/api/v1/jobs/batch', { data: { jobs: Array.from({ length: 130 }, () => wish) } })
  expect(made.ok()).toBe(true)
  await page.goto(`/jobs?tag=%5B%22${tag}%22%5D`)
  await page.getByRole('checkbox', { name: /^Pick job_/ }).first().check()
  await page.getByRole('button', { name: 'All that match…' }).click()
  const dialog = page.getByRole('dialog', { name: 'All jobs that match' })
  await dialog.getByRole('button', { name: /^Re-run those/ }).click()
  await expect(dialog).toContainText('None of the jobs that match has ended.')
  await dialog.getByRole('button', { name: /^Cancel those/ }).click()
  await expect(dialog).toContainText('130 jobs, as found at')
  const later = await request.post('/api/v1/jobs', { data: wish })
  const { id } = (await later.json()) as { id: string }
  await dialog.getByLabel(/^Name/).fill(`Tidy up ${tag}`)
  await dialog.getByRole('button', { name: 'Cancel 130 jobs' }).click()

  await expect(page).toHaveURL(/\/jobs\/bulk\/bulk_/)
  await expect(page.getByRole('heading', { name: `Tidy up ${tag}` })).toBeVisible()
  await expect(page.getByText('130 of 130 cancelled')).toBeVisible()
  await expect(page.getByText('Done', { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'all bulk actions' }).click()
  await expect(page.getByRole('row', { name: new RegExp(tag) })).toContainText(`Tag ${tag}`)
  await page.getByRole('link', { name: `Tidy up ${tag}` }).click()

  await page.getByRole('link', { name: `Tag ${tag}` }).click()
  const counts = page.getByRole('group', { name: 'Filter jobs' })
  await expect(counts.getByRole('button', { name: /^Cancelled/ })).toContainText('130')
  await expect(counts.getByRole('button', { name: /^Scheduled/ })).toContainText('1')
  await request.post(`/api/v1/jobs/${id}/cancel`)
})

test('all that ended are run again, and what comes of them is told', async ({ page, request }) => {
  const tag = `again-${Date.now().toString(36)}`
  const wish = { function: 'resize_image', kwargs: { product_id: 1 }, tags: [tag], delay_s: 3600 }
  const made = (await (await request.post('/api/v1/jobs/batch', { data: { jobs: [wish, wish] } })).json()) as { jobs: { id: string }[] }
  for (const { id } of made.jobs) await request.post(`/api/v1/jobs/${id}/cancel`)
  await page.goto(`/jobs?tag=%5B%22${tag}%22%5D`)
  await expect(page.getByRole('table', { name: 'Jobs' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^A job id/).fill('all jobs that match')
  await page.getByRole('option', { name: /all jobs that match/ }).click()
  const dialog = page.getByRole('dialog', { name: 'All jobs that match' })
  await dialog.getByRole('button', { name: /^Re-run those/ }).click()
  await dialog.getByRole('button', { name: 'Re-run 2 jobs' }).click()
  await expect(page.getByRole('heading', { name: 'Re-run 2 jobs' })).toBeVisible()
  await expect(page.getByText('2 of 2 re-run')).toBeVisible()
  const came = page.getByRole('region', { name: 'What came of it · now' })
  await expect(came.getByRole('link', { name: /Complete|Failed|Retrying|Active|Queued/ }).first()).toBeVisible()
  await came.getByRole('link', { name: /^The jobs it made/ }).click()
  await expect(page.locator('tr[data-job]').first()).toBeVisible()
})
