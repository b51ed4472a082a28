// What the list of jobs shows, and how one gets to a part of it.
import { aJob, expect, test } from './system'

test('columns are chosen by keys, are in the address, and are remembered', async ({ page, request }) => {
  await aJob(request, 'status=failed')
  await page.goto('/jobs?status=%5B%22failed%22%5D')
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
