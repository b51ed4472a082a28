// A job enqueued from its function's page, by role and visible text.
import { aJob, expect, test } from './system'

const form = 'Enqueue a job'

test('a function is run from the list, with the arguments an earlier job had, and its job is a link', async ({ page, request }) => {
  await aJob(request, 'status=complete&function=resize_image')
  await page.goto('/functions')
  await page.getByRole('link', { name: 'Run resize_image…' }).click()
  await expect(page).toHaveURL(/\/functions\/resize_image\?run=true/)
  const box = page.getByRole('form', { name: form })
  await expect(box.getByRole('textbox', { name: /^Arguments/ })).toBeFocused()
  await box.getByRole('group', { name: 'As the newest jobs were given' }).getByRole('button').first().click()
  await expect(box.getByRole('textbox', { name: /^Arguments/ })).not.toHaveValue('{}')
  await box.getByRole('textbox', { name: 'Tags' }).fill('by-hand')
  await box.getByRole('button', { name: 'Run it' }).click()
  const made = box.getByRole('status')
  await expect(made).toContainText('Enqueued')
  await expect(made).toContainText(/Complete|Failed|Retrying/, { timeout: 45_000 })
  await made.getByRole('link').click()
  await page.getByRole('tab', { name: 'Details' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('by-hand')
})

test('what is wrong with the arguments is said with its place, and what the server refuses at its field, with nothing lost', async ({ page }) => {
  const key = `journey ${crypto.randomUUID()}`
  await page.goto('/functions/send_newsletter?run=true')
  const box = page.getByRole('form', { name: form })
  const args = box.getByRole('textbox', { name: /^Arguments/ })
  await args.fill("{'subject': 'Never'}")
  await expect(args).toHaveAccessibleDescription('Line 1, column 2: texts and names stand in double quotes.')
  await expect(box.getByRole('button', { name: 'Run it' })).toBeDisabled()
  await args.fill('{"subject": "Never", "recipients": 1}')
  await box.getByRole('combobox', { name: 'When' }).selectOption('After a delay')
  await box.getByRole('textbox', { name: 'Delay, in seconds' }).fill('3600')
  await box.getByRole('textbox', { name: 'Idempotency key' }).fill(key)
  await box.getByRole('button', { name: 'Run it' }).click()
  await expect(box.getByRole('status')).toContainText(/Enqueued.*Scheduled/)
  const id = await box.getByRole('status').getByRole('link').getAttribute('title')

  await box.getByRole('button', { name: 'Run it' }).click()
  await expect(box.getByRole('status')).toContainText('The job with this idempotency key is')
  await args.fill('{"subject": "Other", "recipients": 1}')
  await box.getByRole('button', { name: 'Run it' }).click()
  await expect(box.getByRole('textbox', { name: 'Idempotency key' })).toHaveAccessibleDescription(new RegExp(id ?? 'no id'))
  await expect(args).toHaveValue('{"subject": "Other", "recipients": 1}')
  await page.request.post(`/api/v1/jobs/${id ?? ''}/cancel`, { data: { reason: 'The letter was never meant.' } })
  await page.goto(`/jobs/${id ?? ''}`)
  await expect(page.getByText(/^Cancelled .*: The letter was never meant\.$/)).toBeVisible()
})

test('a key that may not enqueue is told which scope it lacks, and the palette leads to the form', async ({ page }) => {
  await page.route('**/api/v1/jobs', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 403, contentType: 'application/problem+json', json: { type: 'urn:millstream:problem:missing_scope', title: 'Forbidden', status: 403, detail: 'This needs the scope jobs:enqueue.', code: 'missing_scope' } })
      : route.fallback(),
  )
  await page.goto('/workers')
  await expect(page.getByRole('button', { name: /^Live/ })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^A job id/).fill('run send_news')
  await page.getByRole('option', { name: 'Run send_newsletter…' }).click()
  const box = page.getByRole('form', { name: form })
  await box.getByRole('button', { name: 'Run it' }).click()
  await expect(box.getByRole('alert')).toContainText('This needs the scope jobs:enqueue.')
  await box.getByRole('button', { name: 'Copy as' }).click()
  await page.getByRole('menuitem', { name: 'Command line' }).click()
  await expect(box.getByRole('button', { name: 'Copied as Command line' })).toBeVisible()
})
