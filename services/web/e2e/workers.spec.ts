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
  await expect(panel.getByRole('definition').filter({ hasText: /^\d+(\.\d)? MB( of .*)?$/ }), 'a worker says what it uses').toBeVisible()
  const slots = panel.getByRole('figure', { name: /^Slots taken/ })
  await expect(async () => {
    await expect(slots, 'what it did is written every ten seconds').toContainText(/Slots \d/, { timeout: 1000 })
  }).toPass({ timeout: 30_000 })
  await panel.getByRole('button', { name: '6h' }).click()
  await expect(page).toHaveURL(/past=6h/)
  await expect(slots).toHaveAccessibleName(/per 5 minutes/)
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
    const hues = await door.evaluate(
      (link) => {
        const name = link.getAttribute('aria-label')?.split(' · ')[0]
        const offered = [...document.querySelectorAll('.group-head a')].find(({ textContent }) => textContent === name)
        return [link.firstElementChild, offered?.previousElementSibling].map((mark) => mark && getComputedStyle(mark).backgroundColor)
      },
      undefined,
      { timeout: 3000 },
    )
    expect(hues[0], 'the hue of its function, as beside its name').toBe(hues[1])
    await door.focus({ timeout: 3000 })
    await expect(page.locator('.slot-name')).toContainText(/\w+ · job_/, { timeout: 1000 })
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/jobs\/job_/, { timeout: 3000 })
  }).toPass({ timeout: 60_000 })
})

test('pods stand under their Deployment, its versions apart while it rolls over', async ({ page }) => {
  const deployment = { name: 'orders-worker', desired_replicas: 3, ready_replicas: 2, autoscaler: null }
  await page.route('**/api/v1/stream?**', (route) => route.abort())
  await page.route('**/api/v1/workers', async (route) => {
    const told: { workers: { instances: object[] }[] } = await (await route.fetch()).json()
    const [one] = told.workers
    const [first] = one?.instances ?? []
    const pod = (n: number, version: string, state: string) => ({
      ...first, id: `pod-${String(n)}`, worker_name: 'orders', version, state, active_jobs: 2, concurrency: 4, started_at: `2026-03-01T12:0${String(n)}:00Z`,
      pod: { name: `orders-worker-${String(n)}`, namespace: 'shop', node: 'node-a', phase: 'Running', restarts: 0, last_restart_reason: null, image: null, cpu_limit_cores: null, memory_limit_bytes: null, deployment },
    })
    await route.fulfill({ json: { workers: [...told.workers, { ...one, name: 'orders', instances: [pod(1, '1.2', 'draining'), pod(2, '1.2', 'active'), pod(3, '1.3', 'active')] }], total: 2 } })
  })
  await page.goto('/workers#worker-orders')
  const group = page.getByRole('region', { name: 'orders-worker' })
  await expect(group).toContainText(/Workers orders.*2 of 3 pods.*Rolling over:.*1\.2 ×2.*1\.3 new ×1.*1 draining, 2 slots still taken/)
  await expect(group.getByRole('table', { name: 'Instances of orders-worker' }).getByRole('row').filter({ hasText: '1.3 new' })).toHaveCount(1)
  await expect(page.getByRole('table', { name: 'Instances of shop' })).toBeVisible()
})

test('a failed attempt leads to the worker it ran on', async ({ page, request }) => {
  const { id } = await aJob(request, 'status=failed')
  await page.goto(`/jobs/${id}?tab=attempts`)
  const worker = page.getByRole('table', { name: 'Attempts' }).locator('a[href^="/workers"]').first()
  const name = await worker.textContent()
  await worker.click()
  await expect(page).toHaveURL(/\/workers\?.*worker=/)
  await expect(page.getByRole('complementary', { name: 'The worker picked' }).getByText(name ?? '').first()).toBeVisible()
  await page.goto('/workers?worker=gone-0')
  await expect(page.getByText('This worker is not there any more')).toBeVisible()
})

test('a version that is deployed is a mark on the charts, in words in the table', async ({ page, request }) => {
  const app = `app-${crypto.randomUUID().slice(0, 8)}`
  const beat = async (version: string, leaving = false) => {
    const worker = { worker_name: app, version, started_at: new Date().toISOString(), functions: [], concurrency: 1, active_jobs: 0, jobs_processed: 0, jobs_failed: 0, state: 'active', leaving }
    expect((await request.post(`/api/v1/workers/${app}-${version}/heartbeat`, { data: worker })).status()).toBe(204)
    expect((await request.post(`/api/v1/apis/journey/instances/${app}-${version}/heartbeat`, { data: { version: `${app}.${version}` } })).status()).toBe(204)
  }
  await beat('1.2')
  await page.goto('/dashboard')
  const [jobs, requests] = [page.getByRole('figure', { name: /^Jobs by outcome/ }), page.getByRole('figure', { name: /^Requests by class/ })]
  await jobs.getByRole('button', { name: 'Table' }).click()
  await expect(jobs.getByRole('row').nth(1)).toContainText(`${app} 1.2`)
  await expect(requests.getByRole('row').nth(1)).toContainText(`journey ${app}.1.2`)
  await beat('1.3')
  await expect(jobs.getByRole('row').nth(1), 'told by the stream of workers').toContainText(`${app} 1.3, before 1.2`, { timeout: 10_000 })
  await expect(requests.getByRole('row').nth(1), 'read again every ten seconds').toContainText(`journey ${app}.1.3, before ${app}.1.2`)
  await page.goto('/apis/journey')
  await expect(page.locator('.page-scope'), 'the instances of both are there').toContainText(new RegExp(`Rolling over:.*${app}\\.1\\.3 new ×1.*${app}\\.1\\.2 ×1|Rolling over:.*${app}\\.1\\.2 ×1.*${app}\\.1\\.3 new ×1`))
  for (const version of ['1.2', '1.3']) await beat(version, true)
})

test('a worker is paused and resumed, and drained when it is confirmed', async ({ page, request }) => {
  const app = `app-${crypto.randomUUID().slice(0, 8)}`
  const worker = { worker_name: app, started_at: new Date().toISOString(), functions: [], concurrency: 4, active_jobs: 1, jobs_processed: 0, jobs_failed: 0, state: 'active', interval_s: 60 }
  const beat = async (change: object) => request.post(`/api/v1/workers/${app}-1/heartbeat`, { data: { ...worker, ...change } })
  await beat({})
  await page.goto(`/workers?worker=${app}-1`)
  const panel = page.getByRole('complementary', { name: 'The worker picked' })
  await panel.getByRole('button', { name: 'Pause' }).click()
  const row = page.getByRole('table', { name: `Instances of ${app}` }).getByRole('row').nth(1)
  await expect(row).toContainText('Active to pause')
  expect(await (await beat({})).json()).toEqual({ asked: 'pause' })
  await beat({ paused: true })
  await expect(row).toContainText(/^Paused/)
  await panel.getByRole('button', { name: 'Resume' }).click()
  await expect(row).toContainText('Paused to resume')
  expect((await beat({})).status()).toBe(204)
  await expect(row).toContainText(/^Active(?! to)/)
  await expect(panel.getByText('runs in no pod'), 'why it is not killed from here').toBeVisible()
  await expect(panel.getByRole('button', { name: 'Kill…' })).toHaveCount(0)
  await page.route(`**/api/v1/workers/${app}-1/kill`, (route) => (route.request().method() === 'GET' ? route.fulfill({ json: { possible: true, code: null, detail: null } }) : route.continue()))
  await page.reload()
  await panel.getByRole('button', { name: 'Kill…' }).click()
  await expect(page.getByRole('dialog')).toContainText('It runs no job now')
  await page.getByRole('dialog').getByRole('button', { name: 'Kill it' }).click()
  await expect(page.getByRole('alert'), 'what it refuses is said').toContainText('runs in no pod')
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click()
  await panel.getByRole('button', { name: 'Drain…' }).click()
  await expect(page.getByRole('dialog')).toContainText('ends the job it runs and leaves')
  await page.getByRole('dialog').getByRole('button', { name: 'Drain it' }).click()
  await expect(row).toContainText('Active to drain')
  await expect(panel.getByRole('button', { name: 'Do not drain' })).toBeVisible()
  expect(await (await beat({ state: 'draining' })).json()).toEqual({ asked: 'drain' })
  await expect(row).toContainText(/^Draining/)
  await expect(panel.getByRole('button', { name: /^(Pause|Resume|Drain|Do not drain)/ })).toHaveCount(0)
  await beat({ leaving: true })
})

test('a worker that goes silent is told as lost, also once it is on the list no more', async ({ page, request }) => {
  const name = `gone-${Date.now().toString(36)}`
  const beat = async (more: object): Promise<void> => {
    const said = { worker_name: name, started_at: new Date().toISOString(), functions: [], concurrency: 2, active_jobs: 2, jobs_processed: 0, jobs_failed: 0, state: 'active', interval_s: 0.5, ...more }
    expect((await request.post(`/api/v1/workers/${name}-1/heartbeat`, { data: said })).ok()).toBe(true)
  }
  await page.goto('/workers')
  await expect(page.getByRole('heading', { name: 'shop' })).toBeVisible()
  await beat({})
  const lost = page.getByRole('table', { name: 'Lost workers' }).getByRole('row', { name: new RegExp(name) })
  await expect(lost).toContainText('2')
  await beat({ leaving: true })
  await expect(page.getByRole('heading', { name })).toHaveCount(0)
  await expect(lost).toBeVisible()
  await lost.getByRole('link', { name: 'interrupted' }).click()
  await expect(page).toHaveURL(new RegExp(`interrupted_by=${name}-1`))
})
