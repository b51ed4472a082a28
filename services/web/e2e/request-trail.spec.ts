// From a request of the log to what it led to, and back.
import { aJob, expect, test, type SomeJob } from './system'

test('a request of the log opens beside it, and leads to its jobs', async ({ page }) => {
  const questions: number[] = []
  page.on('request', (asked) => {
    const traces = new URL(asked.url()).searchParams.getAll('trace_id').length
    if (asked.url().includes('/jobs/traces?')) questions.push(traces)
  })
  await page.goto('/apis/shop?method=POST&path=/checkout&status=202')
  const log = page.getByRole('table', { name: 'Requests', exact: true })
  await expect(log.getByRole('row').nth(2).getByRole('link', { name: /^\d+ jobs?$/ })).toHaveAttribute('href', /^\/jobs\?trace_id=[0-9a-f]{32}$/)
  expect(questions[0], 'one question for all rows').toBeGreaterThan(1)
  await log.getByRole('link', { name: 'POST /checkout' }).nth(1).click()
  const panel = page.getByRole('complementary', { name: 'The request picked' })
  const jobs = panel.getByRole('treegrid', { name: 'The request and its jobs over time' })
  await expect(jobs.getByRole('link', { name: 'charge_card' })).toHaveCount(1)
  await expect(page).toHaveURL(/request=shop/)
  await expect(log.locator('tr[aria-selected=true]')).toHaveCount(1)
  const curl = await panel.getByRole('button', { name: 'Copy as curl' }).getAttribute('title')
  await expect(jobs.getByRole('row').nth(0)).toContainText('POST /checkout')
  await expect(jobs.getByRole('row', { name: /charge_card/ })).toHaveAttribute('aria-level', '2')
  await expect(jobs.locator('.waterfall-answered')).toHaveCount(1)
  expect(curl).toContain('curl -g -X POST "${BASE_URL:?}/checkout"')

  await page.reload()
  await expect(jobs.getByRole('link', { name: 'charge_card' })).toHaveCount(1)
  await panel.getByRole('link', { name: 'Open in Jobs' }).click()
  const chip = page.getByRole('button', { name: /^Drop the filter Trace [0-9a-f]{32}$/ })
  await expect(page.getByRole('table', { name: 'Jobs', exact: true }).getByRole('link', { name: 'charge_card' })).toHaveCount(1)
  await chip.click()
  await expect(page).not.toHaveURL(/trace_id=/)
  await page.goBack()
  await expect(chip).toBeVisible()
})

test('a job says which request it came from, and its timeline begins there', async ({ page, request }) => {
  // Not every order is charged, and only one that was has a receipt.
  let place = ''
  await expect
    .poll(async () => {
      const { jobs } = (await (await request.get('/api/v1/jobs?function=send_receipt&status=complete&limit=20')).json()) as { jobs: { trace_id: string | null }[] }
      for (const { trace_id: trace } of jobs) {
        if (trace === null || place !== '') continue
        const { events } = (await (await request.get(`/api/v1/apis/events?api_name=shop&trace_id=${trace}`)).json()) as { events: { id: string; at: string }[] }
        place = events.map(({ at, id }) => `shop~${String(Date.parse(at))}~${id}`)[0] ?? ''
      }
      return place
    })
    .not.toBe('')
  await page.goto(`/apis/shop?request=${place}`)
  const panel = page.getByRole('complementary', { name: 'The request picked' })
  // From the request, where the keys begin, down to its last job.
  const led = panel.getByRole('treegrid', { name: 'The request and its jobs over time' })
  await expect(led.getByRole('link', { name: 'send_receipt' })).toHaveAttribute('href', /^\/jobs\/job_/)
  await led.focus()
  await page.keyboard.press('End')
  await expect(led.locator('[data-active=true]')).toContainText('send_receipt')
  await page.keyboard.press('Enter')
  const origin = page.locator('.job-origin')
  await expect(origin).toContainText(/came from POST .checkout · 202 · [\d.]+ m?s/)
  const tree = page.getByRole('treegrid', { name: 'Jobs of this tree over time' })
  const rows = tree.getByRole('row')
  await expect(rows.nth(0)).toContainText('POST /checkout')
  await expect(rows.nth(0)).toHaveAttribute('aria-level', '1')
  await expect(rows.nth(1)).toContainText('charge_card')
  await expect(rows.nth(1)).toHaveAttribute('aria-level', '2')
  await rows.nth(0).click()
  await expect(page).toHaveURL(/\/apis\/shop\?.*request=shop/)
  await expect(panel.getByRole('link', { name: 'send_receipt' })).toBeVisible()
})

test('a job whose request is not in the log says nothing of it', async ({ page, request }) => {
  const { function: key } = await aJob(request)
  const trace = crypto.randomUUID().replaceAll('-', '')
  const at = new Date(Date.now() - 1000).toISOString()
  const enqueued = await request.post('/api/v1/jobs', { data: { function: key, delay_s: 3600 }, headers: { 'Millstream-Trace-Id': trace } })
  const { id } = (await enqueued.json()) as SomeJob
  const asked = page.waitForResponse((response) => response.url().includes(`/apis/events?trace_id=${trace}`))
  await page.goto(`/jobs/${id}`)
  await asked
  await expect(page.locator('.job-origin')).toContainText('enqueued by a client')
  await expect(page.getByRole('treegrid').getByRole('row')).toHaveCount(1)
  // Told late, it takes its place.
  const told = { id: trace, at, method: 'PUT', path: '/late', status: 200, latency_ms: 3, instance_id: 'trail', trace_id: trace }
  await request.post('/api/v1/apis/journey-trail/requests', { data: { requests: [told] } })
  await expect(page.getByRole('treegrid').getByRole('row')).toHaveCount(2)
  await expect(page.locator('.job-origin')).toContainText('came from PUT /late · 200 · 3 ms')
})

test('a key that may not read APIs sees no error for it', async ({ page, request }) => {
  const { id } = await aJob(request, 'function=charge_card&status=complete')
  await page.route('**/api/v1/apis/events?*', (route) =>
    route.fulfill({ status: 403, contentType: 'application/problem+json', json: { type: 'about:blank', title: 'Forbidden', status: 403, code: 'missing_scope', detail: 'This needs the scope apis:read.' } }),
  )
  await page.goto(`/jobs/${id}`)
  await expect(page.locator('.job-origin')).toContainText('enqueued by a client')
  await expect(page.getByText('apis:read')).toHaveCount(0)
  await expect(page.getByRole('treegrid').getByRole('row').nth(0)).toContainText('charge_card')
})

test('the jobs beside a request come as they are enqueued', async ({ page, request }) => {
  const { function: key } = await aJob(request)
  const trace = crypto.randomUUID().replaceAll('-', '')
  const at = new Date()
  const told = { id: trace, at: at.toISOString(), method: 'POST', path: '/trail/{id}', status: 201, latency_ms: 34, instance_id: 'trail', trace_id: trace }
  expect((await request.post('/api/v1/apis/journey-trail/requests', { data: { requests: [told] } })).status()).toBe(202)
  await page.goto(`/apis/journey-trail?request=journey-trail~${String(at.getTime())}~${trace}`)
  const panel = page.getByRole('complementary', { name: 'The request picked' })
  await expect(panel.getByText('No job belongs to this trace')).toBeVisible()
  const enqueued = await request.post('/api/v1/jobs', { data: { function: key, delay_s: 3600 }, headers: { 'Millstream-Trace-Id': trace } })
  expect(enqueued.status()).toBe(201)
  await expect(panel.getByRole('treegrid').getByRole('row')).toHaveCount(2)
  await expect(panel.getByRole('row', { name: /scheduled/i })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await expect(page).not.toHaveURL(/request=/)
  await expect(page.locator(`tr[data-request$="${trace}"]`)).toContainText('→ 1 job')

  await page.goto('/apis/journey-trail?request=journey-trail~1767268800000~gone')
  await expect(panel.getByText('This request is not in the log any more')).toBeVisible()
})
