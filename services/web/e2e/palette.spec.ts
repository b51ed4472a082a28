// What is found and done by typing its name.
import { aJob, expect, test } from './system'

const live = /^Live/

test('who has a key may sign out; who needs none is not offered a way into a dead end', async ({ page }) => {
  await page.goto('/workers')
  await expect(page.getByRole('button', { name: live })).toBeVisible()
  await page.keyboard.press('Control+k')
  const box = page.getByPlaceholder(/^A job id/)
  await box.fill('light and dark')
  await expect(page.getByRole('option', { name: /^Switch between light/ })).toBeVisible()
  await box.fill('sign out')
  await expect(page.getByRole('option', { name: 'Sign out' })).toHaveCount(process.env.API_KEY ? 1 : 0)
})

test('who I am, what I may do and how my session ends is a menu entry away', async ({ page }) => {
  await page.goto('/workers')
  const menu = page.getByRole('button', { name: 'You and appearance' })
  const who = page.getByRole('dialog', { name: 'Who am I' })
  await menu.click()
  await expect(page.getByRole('menuitem', { name: /^Who am I/ })).toContainText(/\w+ · (no key is asked for|admin)/)
  await page.getByRole('menuitem', { name: /^Who am I/ }).click()
  await expect(who.getByRole('region', { name: 'Do' })).toContainText('Cancel jobs, run them again jobs:write allowed')
  await expect(who.getByRole('button', { name: 'Sign out' })).toHaveCount(process.env.API_KEY ? 1 : 0)
  await page.keyboard.press('Escape')
  await page.route('**/api/v1/dashboard/me', (route) =>
    route.fulfill({ json: { name: 'on-call', kind: 'key', key_id: 'view1', role: 'viewer', scopes: ['jobs:read', 'streams:*'], allowed: ['jobs:read', 'streams:events'], expires_at: null } }),
  )
  await page.reload()
  await menu.click()
  await page.getByRole('menuitem', { name: /on-call · viewer/ }).click()
  await expect(who.getByRole('region', { name: 'Do' })).toContainText('Cancel jobs, run them again jobs:write not allowed')
  await expect(who.getByRole('region', { name: 'See' })).toContainText('streams:* allowed in part')
  await expect(who.getByText('when you sign out or close this tab')).toBeVisible()
  await expect(who).toContainText('ms_view1_…')
})

test('what can be done to a job or a function is in the palette, and its keys are in their list', async ({ page, request }) => {
  const job = await aJob(request)
  const command = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/^A job id/).fill(text)
    await page.getByRole('option', { name: text, exact: true }).click()
  }
  await page.goto(`/functions/${job.function}`)
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^A job id/).fill('Pause this')
  await expect(page.getByRole('option', { name: 'Pause this function' })).toBeVisible()
  await page.goto(`/jobs/${job.id}`)
  await expect(page.getByRole('treegrid')).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('The next error of this tree')
  await page.keyboard.press('Escape')
  await command('Copy this job as curl')
  await expect(page.getByRole('button', { name: 'Copied as curl' })).toBeVisible()
  await command('Re-run this job with edits')
  await expect(page.getByRole('group', { name: 'Arguments', exact: true })).toBeVisible()
  await page.keyboard.press('Escape')
  await command('Re-run this job')
  await expect(page).not.toHaveURL(new RegExp(job.id))
})

test('`e` finds the error of a tree from wherever one is, and the palette acts on the row one came from', async ({ page, request }) => {
  const failed = await aJob(request, 'status=failed')
  await page.goto(`/jobs/${failed.id}`)
  await expect(page.getByRole('treegrid')).toBeVisible()
  await page.keyboard.press('e')
  await expect(page.getByRole('treegrid')).toBeFocused()
  await page.goto('/jobs')
  await expect(page.locator('tr[data-job]').nth(1)).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^A job id/).fill('Pick this job')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('group', { name: 'Picked jobs' })).toContainText('1 picked')
})

test('the palette opens with its first line chosen, a page to go to', async ({ page }) => {
  await page.goto('/jobs')
  await expect(page.locator('tr[data-job]').first()).toBeVisible()
  await page.keyboard.press('Control+k')
  const options = page.getByRole('dialog', { name: 'Search and commands' }).getByRole('option')
  await expect(options.first()).toHaveText(/^Dashboard/)
  await expect(options.first()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/dashboard/)
})

test('the palette asks when typing rests, and leads to all that it shows some of', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => {
    const q = new URL(request.url()).searchParams.get('q')
    if (q !== null) asked.push(q)
  })
  await page.clock.install()
  await page.goto('/workers')
  await expect(page.getByRole('button', { name: live })).toBeVisible()
  await page.keyboard.press('Control+k')
  const box = page.getByPlaceholder(/^A job id/)
  await expect(box).toBeFocused()
  // However slow the machine, no time passes between two keys.
  await page.clock.pauseAt(new Date(Date.now() + 60_000))
  await box.pressSequentially('job_01')
  await page.clock.resume()
  const all = page.getByRole('option', { name: 'All jobs that match “job_01”' })
  await expect(all).toBeVisible()
  await expect(page.getByText('Nothing by that name.')).toHaveCount(0)
  await all.click()
  await expect(page).toHaveURL(/\/jobs\?q=job_01/)
  expect(asked.filter((q) => q !== 'job_01')).toEqual([])
})

test('what is typed before the palette is there is in its box', async ({ page }) => {
  await page.route('**/assets/palette-*.js', async (route) => {
    await new Promise((done) => setTimeout(done, 500))
    await route.continue()
  })
  await page.goto('/jobs')
  await expect(page.locator('tr[data-job]').first()).toBeVisible()
  await page.keyboard.press('/')
  // As keys of the page these would move along the list, and pick a job.
  await page.keyboard.type('jx resize')
  await expect(page.getByPlaceholder(/^A job id/)).toHaveValue('jx resize')
  await page.keyboard.type('_image')
  await expect(page.getByPlaceholder(/^A job id/)).toHaveValue('jx resize_image')
  await expect(page.getByRole('group', { name: 'Picked jobs' })).toHaveCount(0)
})
