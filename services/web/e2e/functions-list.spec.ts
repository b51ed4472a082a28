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
  const bars = row.getByRole('link', { name: /^[\d,]+ complete.* in 24 hours, in \d+ of them$/ })
  await expect(bars).toBeVisible()
  // A job that moves meanwhile has it read once more.
  expect(questions.length, 'one question, whatever the number of rows').toBeLessThan(3)
})

test('each hour of a row leads to the jobs that were in it, by the pointer and by keys', async ({ page, request }) => {
  const job = await aJob(request)
  const { hours } = (await (await request.get('/api/v1/jobs/activity')).json()) as { hours: string[] }
  const [before = '', open = ''] = hours.slice(-2)
  const rangeOf = (url: string) => ({ after: Date.parse(new URL(url).searchParams.get('after') ?? ''), before: Date.parse(new URL(url).searchParams.get('before') ?? '') })
  await page.goto('/functions')
  const row = page.getByRole('table', { name: 'Functions' }).getByRole('row').filter({ has: page.locator(`a[href="/functions/${job.function}"]`) })
  const bars = row.getByRole('link', { name: / in 24 hours, in / })
  await bars.hover({ position: { x: 93, y: 10 } })
  await expect(bars).toHaveAttribute('title', /^.+, so far: .*[\d,]+ complete/)
  await bars.click({ position: { x: 93, y: 10 } })
  await expect(page).toHaveURL(new RegExp(`/jobs\\?.*function=${job.function}`))
  expect(rangeOf(page.url())).toEqual({ after: Date.parse(open), before: Date.parse(open) + 3_600_000 })
  await expect(page.getByRole('table', { name: 'Jobs' }).getByRole('link', { name: job.function }).first()).toBeVisible()
  await page.goBack()
  await row.getByRole('link', { name: job.function, exact: true }).focus()
  await page.keyboard.press('Tab')
  await expect(row.getByRole('status')).toHaveText(/, so far: /)
  await page.keyboard.press('ArrowLeft')
  await expect(row.getByRole('status')).not.toHaveText(/, so far: /)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/jobs\?/)
  expect(rangeOf(page.url())).toEqual({ after: Date.parse(before), before: Date.parse(open) })
})

test('keys go through the functions, show one beside the list and open its page; an hour in which a limit held jobs back is striped, what triggers it is a pill', async ({ page, request }) => {
  const key = `limited-${String(Date.now())}`
  const pattern = `${key}.*`
  const tell = async (path: string, data: object): Promise<void> => {
    const answer = await request.post(`/api/v1${path}`, { data, headers: { 'Millstream-Protocol': '1' } })
    expect(answer.ok(), path).toBe(true)
  }
  await tell('/functions', { worker_id: key, functions: [{ key, rate_limit: '1/hour', type: 'event', pattern }] })
  for (let n = 0; n < 2; n += 1) await tell('/jobs', { function: key })
  for (let n = 0; n < 2; n += 1) await tell('/leases', { worker_id: key, functions: [key], max: 1 })
  await page.goto('/functions?flat=true&sort=name')
  const table = page.getByRole('table', { name: 'Functions' })
  const row = table.locator(`tr[data-function="${key}"]`)
  await expect(row.getByRole('link', { name: 'its limit held jobs back in 1 of them' })).toBeVisible()
  await expect(row.locator('.hour-held')).toBeVisible()

  await page.keyboard.press('j')
  const first = table.locator('tr[data-function]').first()
  await expect(first).toBeFocused()
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await expect(first).toBeFocused()
  await page.keyboard.press('Enter')
  const panel = page.getByRole('complementary', { name: 'The function picked' })
  await expect(panel).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`function=${(await first.getAttribute('data-function')) ?? ''}`))
  // The panel follows the keys.
  await page.keyboard.press('j')
  const second = table.locator('tr[data-function]').nth(1)
  await expect(second).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await row.locator('td').nth(2).click()
  await expect(panel.getByRole('heading', { name: key })).toBeVisible()
  await page.keyboard.press('o')
  await expect(page).toHaveURL(new RegExp(`/functions/${key}`))
  await expect(page.locator('.page-scope .trigger-pill')).toHaveText(`event${pattern}`)
  await expect(page.getByRole('link', { name: '1 held back by its rate limit, 1 an hour' })).toBeVisible()
  const told = await request.post('/api/v1/events', { data: { type: `${key}.paid` } })
  const { id: event, jobs } = (await told.json()) as { id: string; jobs: [{ id: string }] }
  await page.goto(`/jobs/${jobs[0].id}`)
  await expect(page.getByText(/^At most 1 job of the function .+ starts in an hour; the next may at .+ \(in \d+ m/)).toBeVisible()
  await page.locator('.job-origin').getByRole('link', { name: `${key}.paid` }).click()
  await expect(page).toHaveURL(new RegExp(`/jobs\\?idempotency_key=${event}`))
  await expect(page.getByRole('table', { name: 'Jobs' }).getByRole('link', { name: key, exact: true })).toBeVisible()
  await request.post(`/api/v1/jobs/${jobs[0].id}/cancel`, { data: {} })
  const [{ id }] = ((await (await request.get(`/api/v1/jobs?function=${key}&status=queued`)).json()) as { jobs: [{ id: string }] }).jobs
  await request.post(`/api/v1/jobs/${id}/cancel`, { data: {} })
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

test('on a phone the runs of a function are readable beside its name, and what can be done to it is at the end of the row', async ({ page, request }) => {
  const job = await aJob(request)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/functions')
  const row = page.getByRole('table', { name: 'Functions' }).getByRole('row').filter({ has: page.locator(`a[href="/functions/${job.function}"]`) })
  const runs = row.locator(`a[href^="/jobs?function=${job.function}"]`).filter({ hasText: /^[\d,]+$/ }).first()
  await expect(runs).toBeInViewport({ ratio: 1 })
  // What lies over it would take the click.
  await runs.click({ trial: true })
  const pause = row.getByRole('button', { name: /^Pause / })
  await expect(pause).not.toBeInViewport()
  await pause.click({ trial: true })
  await expect(pause).toBeInViewport({ ratio: 1 })
})

test.describe('by module', () => {
  const keys = ['mail.send', 'mail.bounce', 'studio.albums.publish', 'ping', ...Array.from({ length: 200 }, (_, n) => `bulk.no_${String(n).padStart(3, '0')}`)]

  test.beforeEach(async ({ page, request }) => {
    const { functions } = (await (await request.get('/api/v1/functions')).json()) as { functions: object[] }
    const some = keys.map((key) => ({ ...functions[0], key, name: key, paused: key === 'mail.send', running: 0, queue_backlog: 0 }))
    await page.route('**/api/v1/functions', (route) => route.fulfill({ json: { functions: some, total: some.length } }))
  })

  test('functions stand under their modules, which fold, and the address keeps the folds', async ({ page }) => {
    await page.goto('/functions?sort=name')
    const table = page.getByRole('table', { name: 'Functions' })
    const bulk = table.getByRole('button', { name: 'bulk', exact: true })
    await expect(bulk).toHaveAttribute('aria-expanded', 'true')
    await expect(table).toHaveAttribute('aria-rowcount', String(keys.length + 4 + 1))
    await bulk.focus()
    await page.keyboard.press('Enter')
    await expect(bulk).toHaveAttribute('aria-expanded', 'false')
    await expect(page).toHaveURL(/except=bulk/)
    await expect(table.locator('tbody tr')).toHaveText([/^bulk200 functions/, /^mail2 functions · 1 paused/, /^mail.bounce/, /^mail.send/, /^studio.albums1 function/, /^studio.albums.publish/, /^No module1 function/, /^ping/])
    await page.reload()
    await expect(bulk).toHaveAttribute('aria-expanded', 'false')
    await page.getByRole('button', { name: 'Unfold all' }).click()
    await page.getByRole('button', { name: 'Fold all', exact: true }).click()
    await expect(table.locator('tbody tr')).toHaveCount(4)
  })

  test('what is searched for is found in a folded module, and a flat list has no heads', async ({ page }) => {
    await page.goto('/functions?folded=true')
    const table = page.getByRole('table', { name: 'Functions' })
    await expect(table.locator('tbody tr')).toHaveCount(4)
    await page.getByRole('searchbox', { name: 'Find a function' }).fill('bounce')
    await expect(table.locator('tbody tr')).toHaveText([/^mail1 function/, /^mail.bounce/])
    await page.getByRole('searchbox', { name: 'Find a function' }).fill('')
    await expect(table.locator('tbody tr')).toHaveCount(4)
    await page.getByRole('button', { name: 'By module' }).click()
    await expect(page).toHaveURL(/flat=true/)
    await expect(table).toHaveAttribute('aria-rowcount', String(keys.length + 1))
  })
})

test('live workers that disagree about a function are told apart on its page', async ({ page, request }) => {
  const key = `drift-${String(Date.now())}`
  const tell = async (path: string, data: object): Promise<void> => {
    const answer = await request.post(`/api/v1${path}`, { data, headers: { 'Millstream-Protocol': '1' } })
    expect(answer.status(), path).toBeLessThan(300)
  }
  const begin = async (id: string, version: string, max_retries: number): Promise<void> => {
    await tell('/functions', { worker_id: id, version, functions: [{ key, max_retries, retry_delay: 2 }] })
    await tell(`/workers/${id}/heartbeat`, {
      worker_name: key, started_at: new Date().toISOString(), functions: [key], concurrency: 1, active_jobs: 0, jobs_processed: 0, jobs_failed: 0, state: 'active', interval_s: 300,
    })
  }
  await begin(`${key}-old`, '1.0', 1)
  await page.goto(`/functions/${key}`)
  const tab = page.getByRole('tab', { name: 'Configuration' })
  await tab.click()
  await expect(page).toHaveURL(/tab=configuration/)
  const drift = page.getByRole('table', { name: 'What live workers declare' })
  await expect(page.getByRole('heading', { name: 'Configuration' })).toBeVisible()
  await expect(drift).toBeHidden()
  await begin(`${key}-new`, '1.1', 5)
  await page.reload()
  await expect(tab).toHaveText('Configuration · workers disagree')
  await expect(page.getByText('2 live workers declare different settings · versions 1.1, 1.0')).toBeVisible()
  await expect(drift.getByRole('row')).toHaveText(['WorkersRetries', new RegExp(`^${key}-new · 1.1 *5$`), new RegExp(`^${key}-old · 1.0 *1$`)])
  await tell(`/workers/${key}-old/heartbeat`, {
    worker_name: key, started_at: new Date().toISOString(), functions: [key], concurrency: 1, active_jobs: 0, jobs_processed: 0, jobs_failed: 0, state: 'active', leaving: true,
  })
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Configuration' })).toBeVisible()
  await expect(drift).toBeHidden()
})

test('a function’s page has tabs with addresses, by keys and on a phone: its jobs as in their list, and what holds for them', async ({ page, request }) => {
  const failed = await aJob(request, 'status=failed&function=charge_card')
  await page.goto('/functions/charge_card')
  const tab = (name: string) => page.getByRole('tab', { name })
  await expect(tab('Overview')).toHaveAttribute('aria-selected', 'true')
  await expect(page.getByRole('table', { name: 'Errors' }).getByRole('columnheader', { name: 'Versions' })).toBeVisible()
  await tab('Overview').focus()
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/tab=jobs/)
  await expect(tab('Jobs')).toBeFocused()
  const row = page.getByRole('table', { name: 'Jobs' }).locator('tr[data-job]').first()
  await expect(row).toContainText('charge_card')
  await page.goto(`/functions/charge_card?tab=jobs&job=${failed.id}`)
  await expect(page.getByRole('complementary', { name: 'The job picked' })).toContainText('Failed')
  await page.setViewportSize({ width: 390, height: 844 })
  await tab('Configuration').click()
  await expect(page).toHaveURL(/^[^?]*\?tab=configuration$/)
  const settings = page.getByRole('table', { name: 'What holds for its jobs' })
  await expect(settings.getByRole('row', { name: /^Retries 5 / })).toBeVisible()
  await expect(settings.getByRole('row', { name: /^Idempotency by key / })).toContainText('with others it is refused')
  await expect(settings.getByRole('row', { name: /^Code / })).toContainText('shop/jobs.py')
  await page.reload()
  await expect(tab('Configuration')).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('button', { name: 'Run…' }).click()
  await expect(page).toHaveURL(/run=true/)
  await expect(settings).toBeVisible()
})

test('what is due by the clock comes before the reader’s eyes, with the job it made a door away by keys, until its schedule is paused', async ({ page, request }) => {
  const key = `clock-${String(Date.now())}`
  const declared = { key, type: 'cron', schedule: '* * * * * *', timezone: 'Asia/Tokyo' }
  await request.post('/api/v1/functions', { data: { functions: [declared] }, headers: { 'Millstream-Protocol': '1' } })
  await page.goto(`/functions/${key}?tab=schedule`)
  const history = page.getByRole('region', { name: 'History' })
  const marks = history.getByRole('list', { name: /^What came of each instant/ })
  await expect(page.getByRole('region', { name: 'Schedule' })).toContainText('Asia/Tokyo')
  await expect(page.getByRole('table', { name: 'The next runs' }).locator('tbody tr')).toHaveCount(5)
  // Nobody takes the first job: what is due after it is skipped, of which no event tells.
  await expect(marks.getByRole('img', { name: /skipped, the job before had not ended/ }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Pause schedule' }).press('Enter')
  await expect(page.getByRole('tab', { name: 'Schedule · paused' })).toBeVisible()
  await expect(page.getByText('Jobs that are queued stay.')).toBeVisible()
  await page.keyboard.press('t')
  await expect(history.getByRole('row', { name: /Queued/ })).toHaveCount(1)
  await page.keyboard.press('t')
  await marks.locator('.fire').first().focus()
  await page.keyboard.press('Home')
  await expect(marks.getByRole('link', { name: /: queued/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('.job-origin')).toContainText(/by its schedule, due \d\d:/)
  await page.locator('.job-origin').getByRole('link', { name: 'schedule', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Resume schedule' })).toBeVisible()
})
