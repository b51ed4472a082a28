// A person's way over every page of the real system, by role and visible text.
import { aJob, aJobWithArtifacts, expect, runAgain, test } from './system'

const live = /^Live/

test('the dashboard shows both trends, the figures and a moving feed', async ({ page }) => {
  await page.goto('/')
  await expect(page).toHaveURL(/\/dashboard$/)
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible()
  await expect(page.getByRole('button', { name: live })).toBeVisible()
  await expect(page.getByRole('figure', { name: 'Jobs by outcome, per hour' })).toBeVisible()
  await expect(page.getByRole('figure', { name: 'Requests by class, per hour' })).toBeVisible()
  await expect(page.getByRole('group', { name: 'Key figures' })).toContainText('Jobs per minute')

  const feed = page.getByRole('list', { name: 'Live feed' })
  await expect(feed.getByRole('listitem').nth(3)).toBeVisible({ timeout: 30_000 })
  const newest = await feed.getByRole('listitem').first().innerText()
  await expect.poll(() => feed.getByRole('listitem').first().innerText(), { timeout: 30_000 }).not.toBe(newest)
})

test('the feed begins with what happened before the page was there', async ({ page, request }) => {
  await aJob(request)
  await page.route('**/api/v1/stream?**', (route) => route.abort())
  await page.goto('/dashboard')
  const feed = page.getByRole('list', { name: 'Live feed' })
  await expect(feed.getByRole('link', { name: 'send_receipt' }).first()).toBeVisible()
  await expect(feed.getByRole('listitem').filter({ hasText: /(GET|POST) / }).first()).toBeVisible()
})

test('what is asked rarely is dimmed as soon as the stream is lost', async ({ page }) => {
  await page.goto('/dashboard')
  await expect(page.getByRole('button', { name: live })).toBeVisible()
  const slowest = page.getByRole('table', { name: 'Slowest endpoints' })
  await expect(slowest.getByRole('row').first()).toBeVisible()
  await page.route('**/api/v1/**', (route) => route.abort())
  await page.getByRole('button', { name: live }).click()
  await page.getByRole('button', { name: /^Paused/ }).click()
  await expect(page.locator('.stale').filter({ has: slowest })).toBeVisible({ timeout: 15_000 })
  await page.getByRole('status').getByRole('button', { name: 'What is wrong?' }).first().click()
  const wrong = page.getByRole('dialog', { name: 'What is wrong' })
  await expect(wrong).toContainText(/Nothing answers at http.*jobs.*does not answer.*stream-edge.*does not answer/)
  await expect(wrong.getByText(/^trying again in [123] s|^trying now/i)).toBeVisible()
  await page.unroute('**/api/v1/**')
  await page.route('**/api/v1/workers/deploys', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', json: { type: 'urn:millstream:problem:unavailable', title: 'Service Unavailable', status: 503, detail: 'The database cannot be reached now.', code: 'unavailable' } }))
  await expect(wrong, 'asked again by itself').toContainText('workers answers, but the database behind it does not')
  await page.unroute('**/api/v1/workers/deploys')
  await expect(wrong, 'and heals').toContainText('Every part answers', { timeout: 20_000 })
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: live })).toBeVisible()
  await expect(page.locator('.stale')).toHaveCount(0)
})

test('a trend is a table one click away, and stays one for whoever gets the address', async ({ page }) => {
  await page.goto('/dashboard')
  const figure = page.getByRole('figure', { name: /^Jobs by outcome/ })
  await figure.getByRole('button', { name: 'Table' }).click()
  await expect(figure.getByRole('row')).toHaveCount(25)
  await page.getByRole('navigation', { name: 'Range' }).getByRole('link', { name: '6h' }).click()
  await expect(page).toHaveURL(/range=6h/)
  // Six hours by five minutes, the first and the last of them in part.
  await expect(figure.getByRole('row')).toHaveCount(74)
  await page.reload()
  await expect(figure.getByRole('row')).toHaveCount(74)
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'APIs' }).click()
  await expect(page).toHaveURL(/\/apis\?.*tables=true/)
  await page.goBack()
  await page.keyboard.press('t')
  await expect(figure.getByRole('row')).toHaveCount(0)
  await expect(page).not.toHaveURL(/tables=/)
})

test('a job shows what it is, its attempts, its input, and runs again', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto(`/jobs/${job.id}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Complete')
  await expect(page.getByText(job.id, { exact: true })).toBeVisible()
  await page.getByRole('tab', { name: 'Attempts' }).click()
  await expect(page.getByRole('table', { name: 'Attempts' }).getByRole('row')).not.toHaveCount(1)
  await page.getByRole('tab', { name: 'Raw' }).click()
  await expect(page.getByRole('tabpanel')).toContainText(`"id": "${job.id}"`)
  await page.getByRole('button', { name: 'Re-run', exact: true }).click()
  await expect(page).not.toHaveURL(new RegExp(job.id))
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/Complete|Failed|Retrying/, { timeout: 45_000 })
})

test('a job shows its artifacts', async ({ page, request }) => {
  const { jobId, name } = await aJobWithArtifacts(request)
  await page.goto(`/jobs/${jobId}?tab=artifacts`)
  await expect(page.getByRole('list', { name: 'Artifacts' })).toContainText(name)
})

test('functions, and a function with its own trend', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto('/functions')
  const table = page.getByRole('table', { name: 'Functions' })
  await expect(table.getByRole('row')).not.toHaveCount(1)
  await table.locator(`a[href="/functions/${job.function}"]`).click()
  await expect(page.getByRole('heading', { name: 'Its jobs by outcome' })).toBeVisible()
  await expect(page.getByRole('figure', { name: /by outcome/ })).toBeVisible()
  await expect(page.getByRole('figure', { name: /^Wait and run/ })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Recent runs' })).toBeVisible()
})

test('APIs, and an API with its endpoints and requests', async ({ page }) => {
  await page.goto('/apis')
  await expect(page).toHaveTitle('APIs · Millstream')
  const shop = page.getByRole('table', { name: 'APIs' }).getByRole('row', { name: /^shop/ })
  await shop.getByRole('link', { name: /^[\d,]+ 2xx.* in 24 hours, in \d+ of them$/ }).click({ position: { x: 93, y: 10 } })
  await expect(page).toHaveURL(/\/apis\/shop\?after=.*&before=.*#requests$/)
  await page.goBack()
  await expect(shop.getByRole('link', { name: /^p50 [\d.]+ m?s *p95 [\d.]+ m?s *p99 [\d.]+ m?s$/ })).toHaveAttribute('href', '/apis/shop?sort=-p95#endpoints')
  const inWords = /^Apdex [01]\.\d\d: (excellent|good|fair|poor|unacceptable)$/
  await expect(shop.getByTitle(inWords)).toBeVisible()
  await shop.getByRole('link', { name: / %$/ }).click()
  await expect(page).toHaveURL(/\/apis\/shop\?sort=-errors#endpoints/)
  await expect(page).toHaveTitle('shop · Millstream')
  await page.goBack()
  await shop.getByRole('link', { name: 'shop', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'shop' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Endpoints' }).getByRole('row')).not.toHaveCount(1)
  await expect(page.getByRole('heading', { name: 'Requests', exact: true })).toBeVisible()
  await expect(page.getByRole('figure', { name: /^Latency of shop/ })).toBeVisible()
  const longest = page.getByRole('table', { name: 'Endpoints' }).getByRole('cell', { name: 'POST /products/{product_id}/images', exact: true })
  expect(await longest.evaluate((cell) => cell.scrollWidth <= cell.clientWidth), 'names stand whole').toBe(true)
  const histogram = page.getByRole('figure', { name: 'How long requests of shop took' })
  expect(await histogram.getByRole('list').evaluate((list) => list.scrollHeight - list.clientHeight), 'all of its classes are seen').toBe(0)
  await histogram.getByRole('link', { name: /^0.2 ms – 0.5 ms: [\d,]+ requests, in the log$/ }).click()
  await expect(page).toHaveURL(/min_latency_ms=0.2&below_latency_ms=0.5.*range=24h|range=24h.*min_latency_ms=0.2&below_latency_ms=0.5/)
  const latencies = page.getByRole('table', { name: 'Requests', exact: true }).locator('tbody tr').getByText(/^[\d.]+ m?s$/)
  await expect(latencies.first()).toHaveText(/^0.[2-5]\d ms$/)
  expect((await latencies.allTextContents()).filter((text) => !/^0.[2-5]\d ms$/.test(text))).toEqual([])
  await page.getByRole('button', { name: 'Drop the filter Took 0.2 ms to 0.5 ms' }).click()
  await expect(page).not.toHaveURL(/latency_ms/)

  const products = page.getByRole('table', { name: 'Endpoints' }).getByRole('row').filter({ has: page.getByRole('link', { name: 'GET /products', exact: true }) })
  await expect(products.getByTitle(inWords)).toBeVisible()
  await products.getByRole('link', { name: 'GET /products', exact: true }).click()
  await expect(page).toHaveURL(/#latencies$/)
  await expect(page.getByRole('heading', { name: 'Latency of GET /products' })).toBeInViewport()
  const ofOne = page.getByRole('figure', { name: 'How long requests of GET /products took' })
  await ofOne.getByRole('link').first().click()
  await expect(page).toHaveURL((url) => url.searchParams.get('method') === 'GET' && url.searchParams.get('path') === '/products' && url.searchParams.has('below_latency_ms'))
  await page.getByRole('link', { name: 'All endpoints' }).click()
  await expect(histogram).toBeVisible()
  await expect(page).not.toHaveURL(/path=|method=/)

  await page.goto('/apis/shop')
  const heat = page.getByRole('figure', { name: 'When requests of shop took how long' })
  const cells = heat.getByRole('button', { name: /: [\d,]+ requests?, in the log$/ })
  await cells.last().focus()
  await page.keyboard.press('Home')
  await expect(cells.first()).toBeFocused()
  const said = ((await cells.first().getAttribute('aria-label')) ?? '').replace(', in the log', '')
  await expect(heat.getByText(said)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL((url) => ['after', 'before', 'below_latency_ms'].every((name) => url.searchParams.has(name)) && url.hash === '#requests')
  await expect(page.getByRole('table', { name: 'Requests', exact: true }).locator('tbody tr').first()).toBeVisible()
  await page.keyboard.press('t')
  await expect(heat.getByRole('region', { name: /, as a table$/ })).toBeVisible()
})

test('endpoints that nobody asks are left out when one likes, which is in the address', async ({ page }) => {
  await page.goto('/apis/shop')
  const rows = page.getByRole('table', { name: 'Endpoints' }).getByRole('row')
  await expect(rows.filter({ hasText: '/redoc' })).toHaveCount(1)
  await page.getByRole('button', { name: 'By path' }).click()
  await expect(page).toHaveURL(/grouped=path/)
  await expect(page.getByRole('table', { name: 'Endpoints' }).locator('.group-row').filter({ hasText: '/products' })).toContainText(/\d endpoints? · [\d,]+ requests?/)
  await page.getByRole('button', { name: 'By tag' }).click()
  await expect(page).toHaveURL(/grouped=tag/)
  await expect(page.getByRole('table', { name: 'Endpoints' }).locator('.group-row')).toContainText(['catalogue', 'customers', 'orders', 'Without a tag'])
  await page.getByRole('button', { name: 'By tag' }).click()
  await expect(page).not.toHaveURL(/grouped/)
  await page.getByRole('button', { name: /without a call in the last 24 h$/ }).click()
  await expect(page).toHaveURL(/unasked=false/)
  await expect(rows.filter({ hasText: '/redoc' })).toHaveCount(0)
  await expect(rows.filter({ hasText: 'GET /products' }).first()).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: /without a call in the last 24 h$/ }).click()
  await expect(rows.filter({ hasText: '/redoc' })).toHaveCount(1)
})

test('an endpoint’s errors lead to the requests that had them, of the same day', async ({ page, request }) => {
  const told = (id: string, path: string, status: number) => ({ id, at: new Date().toISOString(), method: 'GET', path, status, latency_ms: 1, instance_id: 'journey' })
  const id = crypto.randomUUID()
  const early = { ...told(`${id}-e`, '/early', 200), at: new Date(Date.now() - 2 * 3_600_000).toISOString() }
  const requests = [early, told(`${id}-a`, '/doors', 404), told(`${id}-b`, '/doors', 410), told(`${id}-c`, '/doors', 200), told(`${id}-d`, '', 404)]
  await request.post('/api/v1/apis/journey/requests', { data: { requests } })
  const tried = { method: 'GET', path: '/wp-login.php', requests: 2, at: new Date().toISOString() }
  expect((await request.post('/api/v1/apis/journey/unmatched', { data: { report_id: id, paths: [tried] } })).status()).toBe(204)
  const failed = { method: 'GET', path: '/doors', requests: 3, at: tried.at }
  const boom = { ...failed, error_type: 'HingeError', fingerprint: '00ff00ff00ff00ff', message: 'it creaks', traceback: 'Traceback (most recent call last):\n  File "/app/doors.py", line 7, in swing\n    oil()\nHingeError: it creaks\n' }
  const exceptions = [boom, { ...boom, path: null, method: '*', error_type: null, fingerprint: null, message: null, traceback: null }]
  const fields = [{ ...failed, field: 'query.width', rule: 'int_parsing' }]
  expect((await request.post('/api/v1/apis/journey/errors', { data: { report_id: id, exceptions, fields } })).status()).toBe(204)
  await page.goto('/apis/journey')
  const log = page.getByRole('table', { name: 'Requests', exact: true })
  const failing = page.getByRole('region', { name: 'What fails' })
  await failing.getByRole('button', { name: 'HingeError' }).click()
  await expect(page).toHaveURL(/failed=00ff00ff00ff00ff/)
  await expect(failing.getByRole('region', { name: 'Traceback' })).toContainText('doors.py:7 in swing')
  await page.reload()
  await expect(failing.getByRole('region', { name: 'Traceback' })).toBeVisible()
  await failing.getByRole('button', { name: 'HingeError' }).click()
  await expect(failing.getByRole('region', { name: 'Traceback' })).toHaveCount(0)
  await expect(failing.getByRole('row', { name: /^all others/ })).toBeVisible()
  await expect(failing.getByRole('row', { name: /^query.width int_parsing/ })).toBeVisible()
  await failing.getByRole('link', { name: '422 answers of GET /doors' }).click()
  await expect(page).toHaveURL(/status=422/)
  await failing.getByRole('link', { name: '5xx answers of GET /doors' }).click()
  await expect(page).toHaveURL((url) => url.searchParams.get('status') === '5xx' && url.searchParams.get('path') === '/doors' && url.hash === '#requests')
  await page.getByRole('table', { name: 'Endpoints' }).getByRole('link', { name: /^4xx answers of GET .doors/ }).click()
  await expect(page).toHaveURL(/status=4xx.*range=24h|range=24h.*status=4xx/)
  await expect(log.getByText('410')).not.toHaveCount(0)
  await expect(log.getByText('200', { exact: true })).toHaveCount(0)
  await page.getByRole('group', { name: 'Filter requests' }).getByRole('button', { name: '2xx' }).click()
  await expect(log.getByText('200', { exact: true })).not.toHaveCount(0)
  await expect(log.getByText('410')).toHaveCount(0)
  await page.getByRole('table', { name: 'Endpoints' }).getByRole('link', { name: /^4xx answers of .unmatched/ }).click()
  await expect(log.getByText('GET (unmatched)')).not.toHaveCount(0)
  await expect(log.getByText('GET /doors')).toHaveCount(0)
  await page.getByRole('table', { name: 'Endpoints' }).getByRole('link', { name: 'Which paths no route matched' }).click()
  await expect(page).toHaveURL(/#unmatched$/)
  await expect(page.getByRole('table', { name: 'Paths no route matched' }).getByRole('row', { name: /^GET .wp-login.php \d/ })).toBeInViewport()

  const range = page.getByRole('navigation', { name: 'Range' })
  const counted = page.getByRole('table', { name: 'Endpoints' }).getByRole('link', { name: /^Requests of GET .early in this range: [\d,]+$/ })
  await range.getByRole('link', { name: '6h' }).click()
  await expect(counted).toBeVisible()
  await expect(page.getByText(/[\d,]+, figures of .*–/)).toBeVisible()
  await range.getByRole('link', { name: '15m' }).click()
  await expect(counted).toHaveCount(0)
  await expect(page.getByRole('group', { name: 'Key figures' })).toContainText('in this range')
})

test('a consumer leads to its requests, the size of an answer narrows them, and an endpoint says what it enqueued', async ({ page, request }) => {
  const id = crypto.randomUUID()
  const told = (name: string, more: object) => ({ id: `${id}-${name}`, at: new Date().toISOString(), method: 'POST', path: '/mills', status: 200, latency_ms: 1, instance_id: 'journey', ...more })
  const requests = [told('a', { consumer: 'miller', response_bytes: 20_000, enqueued: { grind: 3 } }), told('b', { consumer: 'miller', response_bytes: 10, path: '/flour' }), told('c', { consumer: 'baker', path: '/bread' })]
  await request.post('/api/v1/apis/consumed/requests', { data: { requests } })
  await expect.poll(async () => (await request.get('/api/v1/apis/consumed/consumers')).ok()).toBe(true)
  await page.goto('/apis/consumed')
  await page.getByRole('table', { name: 'Consumers' }).getByRole('link', { name: 'miller' }).click()
  await expect(page).toHaveURL(/consumer=miller/)
  const log = page.getByRole('table', { name: 'Requests', exact: true })
  await expect(log.getByText('POST /flour')).not.toHaveCount(0)
  await expect(log.getByText('POST /bread')).toHaveCount(0)
  await page.getByRole('combobox', { name: 'Size of the answer' }).selectOption('≥ 10 KB')
  await expect(log.getByText('POST /flour')).toHaveCount(0)
  await expect(log.getByText('POST /mills')).not.toHaveCount(0)
  const jobs = page.getByRole('table', { name: 'Jobs its requests enqueued' })
  await expect(jobs.getByRole('link', { name: 'grind' })).toHaveAttribute('href', '/functions/grind?range=24h')
  await jobs.getByRole('link', { name: 'POST /mills' }).click()
  await expect(page.getByRole('heading', { name: 'Consumers of POST /mills' })).toBeVisible()
  await expect(page.getByRole('table', { name: 'Consumers' }).getByRole('link', { name: 'miller' })).toBeVisible()
})

test('a request that told its trace leads to it in the tracing tool', async ({ page, request }) => {
  const { trace_url: template } = (await (await request.get('/settings.json')).json()) as { trace_url: string | null }
  test.skip(template === null, 'this installation names no tracing tool (MILLSTREAM_TRACE_URL)')
  const trace = crypto.randomUUID().replaceAll('-', '')
  const told = { id: trace, at: new Date().toISOString(), method: 'GET', path: '/traced', status: 200, latency_ms: 1, instance_id: 'journey', trace_id: trace }
  await request.post('/api/v1/apis/journey/requests', { data: { requests: [told] } })
  await page.goto('/apis/journey?path=%2Ftraced')
  const door = page.getByRole('table', { name: 'Requests', exact: true }).getByRole('link', { name: trace.slice(0, 4) })
  await expect(door).toHaveAttribute('href', template?.replace('{trace_id}', trace) ?? '')
})

test('workers show who is there', async ({ page }) => {
  await page.goto('/workers')
  await expect(page.getByRole('table', { name: /^Instances of/ }).first()).toContainText(/Active|Draining|Starting/)
})

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

test('a page that does not exist, and a job that does not exist, say so', async ({ page }) => {
  await page.goto('/nowhere')
  await expect(page.getByText('There is nothing under this name')).toBeVisible()
  await page.goto('/jobs/job_00000000000000000000000000')
  await expect(page.getByText('There is nothing under this name')).toBeVisible()
})

test('live can be paused and resumed', async ({ page }) => {
  await page.goto('/jobs')
  await page.getByRole('button', { name: live }).click()
  await expect(page.getByRole('button', { name: /^Paused/ })).toBeVisible()
  await page.getByRole('button', { name: /^Paused/ }).click()
  await expect(page.getByRole('button', { name: live })).toBeVisible()
})

test('the runs of a function hold still under the pointer, and go on once it has left', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto(`/functions/${job.function}`)
  const runs = page.getByRole('table', { name: 'Recent runs' })
  await runs.locator('tr').first().hover()
  const first = await runs.getByRole('link').first().getAttribute('title')
  const { id } = await runAgain(request, job)
  await page.waitForResponse(async (answer) => answer.url().endsWith(`/functions/${job.function}`) && (await answer.text()).includes(id))
  // Two frames: what was read is drawn by then.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  await expect(runs.getByRole('link').first()).toHaveAttribute('title', first ?? '')
  await page.mouse.move(0, 0)
  await expect(runs.locator(`a[title="${id}"]`)).toBeVisible()
})

test('a finished job runs again with other arguments', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto(`/jobs/${job.id}`)
  await page.getByRole('button', { name: 'Re-run with edits' }).click()
  await page.getByRole('button', { name: 'JSON' }).click()
  const box = page.getByRole('textbox', { name: /Arguments/ })
  await box.fill('[1]')
  await expect(page.getByText('This is a list; arguments have names')).toBeVisible()
  await box.fill('{}')
  await page.getByRole('button', { name: 'Run it' }).click()
  await expect(page).not.toHaveURL(new RegExp(job.id))
})

test('a log is searched while one types, and the search is dropped from below', async ({ page, request }) => {
  const job = await aJob(request)
  await page.goto(`/jobs/${job.id}?tab=logs`)
  const box = page.getByRole('searchbox', { name: 'Search the log' })
  await box.pressSequentially('no such')
  await expect(page).toHaveURL(/find=no/)
  await expect(box).toBeFocused()
  await box.pressSequentially(' line')
  await page.getByRole('button', { name: /^Drop the filter/ }).click()
  await expect(box).toHaveValue('')
  await expect(page).not.toHaveURL(/find=/)
})

test('a first step is ticked off when its fact arrives', async ({ page }) => {
  const isFunctions = '**/api/v1/functions'
  await page.route(isFunctions, (route) => route.fulfill({ json: { functions: [], total: 0 } }))
  await page.goto('/functions')
  const step = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Declare a function' }) })
  await expect(step).toHaveAttribute('aria-current', 'step')
  await expect(step).toContainText('@app.function()')
  await page.unroute(isFunctions)
  await expect(step).toContainText('done')
  await expect(page.getByRole('link', { name: 'See the job' })).toBeVisible()
})

test('no page runs past the edge of a phone', async ({ page, request }) => {
  const job = await aJob(request)
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto('/dashboard')
  const paths = ['/jobs', `/jobs?job=${job.id}`, `/jobs/${job.id}`, '/functions', `/functions/${job.function}`, '/apis', '/apis/shop', '/workers', '/dashboard']
  for (const path of paths) {
    // As Back and Forward do: without loading the app anew for each page.
    await page.evaluate((to) => {
      history.pushState({}, '', to)
      dispatchEvent(new PopStateEvent('popstate'))
    }, path)
    const main = page.getByRole('main')
    await expect(main.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(main.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    const { scrollWidth, clientWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth }))
    expect(scrollWidth, path).toBeLessThanOrEqual(clientWidth)
  }
})
