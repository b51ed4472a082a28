// A worker beside the others: what it runs, what it ran; and the ways to it.
import { aJob, expect, test } from './system'

test('a worker opens beside the others, with its jobs, by keys alone', async ({ page, request }) => {
  const { id } = await aJob(request)
  const { worker_id: worker } = (await (await request.get(`/api/v1/jobs/${id}`)).json()) as { worker_id: string }
  await page.goto('/workers')
  await expect(page.getByRole('table', { name: 'Instances of shop' }).getByRole('row').nth(1)).toBeVisible()
  await expect(async () => {
    await page.keyboard.press('j')
    await expect(page.locator('tr:focus')).toHaveAttribute('data-worker', worker, { timeout: 500 })
  }).toPass()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/worker=/)
  const panel = page.getByRole('complementary', { name: 'The worker picked' })
  const newest = panel.getByRole('table', { name: 'Newest jobs' })
  await expect(newest.getByRole('row').first()).toBeVisible()
  await page.reload()
  await expect(newest.getByRole('row').first()).toBeVisible()
  await expect(panel.getByRole('region', { name: 'Interrupted when it was lost' })).toContainText('No job lost its worker here')
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await expect(page).not.toHaveURL(/worker=/)
})

test('a taken slot names its job to the focus, and leads to it', async ({ page }) => {
  await page.goto('/workers')
  const slots = page.getByRole('group', { name: /^Slots of/ })
  // A job may end while it is pointed at.
  await expect(async () => {
    const door = slots.getByRole('link').first()
    await door.focus({ timeout: 3000 })
    await expect(page.locator('.slot-name')).toContainText(/\w+ · job_/, { timeout: 1000 })
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/jobs\/job_/, { timeout: 3000 })
  }).toPass({ timeout: 60_000 })
})

test('a failed attempt leads to the worker it ran on', async ({ page, request }) => {
  const { id } = await aJob(request, 'status=failed')
  await page.goto(`/jobs/${id}?tab=attempts`)
  const worker = page.getByRole('table', { name: 'Attempts' }).getByRole('link').first()
  const name = await worker.textContent()
  await worker.click()
  await expect(page).toHaveURL(/\/workers\?.*worker=/)
  await expect(page.getByRole('complementary', { name: 'The worker picked' }).getByText(name ?? '').first()).toBeVisible()
  await page.goto('/workers?worker=gone-0')
  await expect(page.getByText('This worker is not there any more')).toBeVisible()
})
