// What a job's own page shows of it.
import type { APIRequestContext } from '@playwright/test'
import { aJob, expect, runAgain, test, type SomeJob } from './system'

/** One second of it, as a WAV file. */
function silence(): Buffer {
  const RATE = 8000
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + RATE, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE, 28)
  head.writeUInt16LE(1, 32)
  head.writeUInt16LE(8, 34)
  head.write('data', 36)
  head.writeUInt32LE(RATE, 40)
  return Buffer.concat([head, Buffer.alloc(RATE, 128)])
}

/** A worker of the journey's own: what it tells is then known. */
const workerOf = (request: APIRequestContext, key: string) => {
  const tell = async (path: string, data: object): Promise<unknown> => {
    const answer = await request.post(`/api/v1${path}`, { data, headers: { 'Millstream-Protocol': '1' } })
    expect(answer.status(), path).toBeLessThan(300)
    return answer.json()
  }
  const lease = async (): Promise<{ job_id: string; token: string }> => {
    const { leases } = (await tell('/leases', { worker_id: key, functions: [key], max: 1, wait_s: 10 })) as { leases: { token: string; job: SomeJob }[] }
    const [first] = leases
    if (!first) throw new Error('nothing to lease')
    return { job_id: first.job.id, token: first.token }
  }
  const report = (...reports: object[]) => tell('/leases/reports', { worker_id: key, reports })
  return { tell, lease, report }
}

test('two attempts stand side by side, with what differs, and the choice is in the address', async ({ page, request }) => {
  let id = ''
  await expect
    .poll(async () => {
      const { jobs } = (await (await request.get('/api/v1/jobs?function=charge_card&limit=500')).json()) as { jobs: (SomeJob & { attempts: number; completed_at: string | null })[] }
      id = jobs.find((job) => job.attempts > 1 && job.completed_at !== null)?.id ?? ''
      return id
    }, { timeout: 60_000 })
    .not.toBe('')
  await page.goto(`/jobs/${id}?tab=attempts`)
  const pair = page.getByRole('table', { name: 'Two attempts side by side' })
  await expect(pair.getByRole('row', { name: /^Ran/ })).toContainText(/ms|s/)
  await expect(pair.getByRole('row', { name: /^Error/ })).toContainText(/no error any more|the same|another error/)
  await pair.getByRole('combobox', { name: 'The second attempt' }).selectOption('No. 1')
  await expect(page).toHaveURL(/compare=/)
  await page.reload()
  await expect(pair.getByRole('combobox', { name: 'The second attempt' })).toHaveValue('1')
  await page.getByRole('link', { name: 'Log of attempt 1' }).click()
  await expect(page).toHaveURL(/tab=logs/)
  await expect(page.getByRole('combobox', { name: 'Attempt' })).toHaveValue('1')
})

const HELD = { file: '/app/shop.py', line: 7, function: 'charge', variables: [{ name: 'order', value: "'42'" }, { name: 'token', value: null }], left_out: 0 }

test('two tracebacks that differ are told apart line by line', async ({ page, request }) => {
  const key = 'journey-differences'
  const { tell, lease, report } = workerOf(request, key)
  await tell('/functions', { functions: [{ key, max_retries: 1, retry_delay: 0 }] })
  const { id } = (await tell('/jobs', { function: key })) as SomeJob
  for (const error of ['ConnectionError: no line', 'TimeoutError: no answer']) {
    const traceback = `Traceback (most recent call last):\n  File "/app/shop.py", line 7, in charge\n    pay()\n${error}`
    const leased = await lease()
    const line = { at: new Date().toISOString(), message: `attempt of ${error.split(':')[0] ?? ''}` }
    await report({ kind: 'log', ...leased, lines: [line] }, { kind: 'outcome', ...leased, outcome: 'failure', error, error_type: error.split(':')[0], traceback, locals: { frames: [HELD], left_out: 0 } })
  }
  await page.goto(`/jobs/${id}?tab=attempts`)
  const difference = page.getByRole('region', { name: 'What differs in the traceback' })
  await expect(difference.locator('del')).toHaveText('ConnectionError: no line')
  await expect(difference.locator('ins')).toHaveText('TimeoutError: no answer')
  await expect(difference).toContainText('one line the same')
  await expect(page.getByRole('row', { name: /^Traceback/ })).toContainText('as below')

  await page.getByRole('tab', { name: 'Error' }).click()
  const locals = page.getByText('Locals of charge (2)')
  const token = page.getByRole('term').filter({ hasText: 'token' })
  await expect(token.locator('+ dd')).toHaveText('masked')
  await locals.press('Enter')
  await expect(token).toBeHidden()

  await page.getByRole('tab', { name: 'Events' }).click()
  const events = page.getByRole('table', { name: 'Events' }).getByRole('row')
  await expect(events).toHaveCount(7)
  await expect(events.nth(2)).toContainText(/Started waited .*1journey-differences2$/)
  await expect(events.nth(3)).toContainText(/Retrying ran .*ConnectionError: ConnectionError: no line.*3$/)
  await expect(events.last()).toContainText(/Failed ran .*TimeoutError.*5$/)

  await page.getByRole('tab', { name: 'Logs' }).click()
  const log = page.getByRole('log', { name: 'Log' })
  await expect(log).toContainText('attempt of TimeoutError')
  await page.locator('.waterfall-row[aria-current] .segment-running').first().click()
  await expect(page).toHaveURL(/span=/)
  await expect(log).toContainText('attempt of ConnectionError')
  await expect(log).not.toContainText('attempt of TimeoutError')
  await page.reload()
  await expect(page.getByRole('row', { selected: true })).toContainText('Attempt 1')
  await expect(log).not.toContainText('attempt of TimeoutError')
  await page.getByRole('treegrid').press('ArrowDown')
  await expect(log).toContainText('attempt of TimeoutError')
  await page.getByRole('button', { name: 'Every attempt again' }).click()
  await expect(page).not.toHaveURL(/span=/)
  await expect(log).toContainText('attempt of ConnectionError')
  await expect(page.getByRole('combobox', { name: 'Attempt' })).toHaveValue('')

  await page.goto(`/jobs/${id}?tab=error`)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const copiedBy = async (label: string): Promise<string> => {
    await page.getByRole('button', { name: label, exact: true }).click()
    await expect(page.getByRole('button', { name: 'Copied', exact: true })).toBeVisible()
    return page.evaluate(() => navigator.clipboard.readText())
  }
  expect(await copiedBy('Copy error')).toContain('    pay()\nTimeoutError: no answer')
  const line = page.getByRole('region', { name: 'Traceback' }).getByRole('link', { name: '/app/shop.py:7', exact: true })
  const { source_url: template } = (await (await request.get('/settings.json')).json()) as { source_url: string | null }
  if (template !== null && !template.includes('{version}')) await expect(line).toHaveAttribute('href', template.replace('{path}', 'shop.py').replace('{line}', '7'))
  await page.getByRole('button', { name: 'Open in an editor' }).click()
  await page.getByRole('combobox', { name: 'Lines open in' }).selectOption('VS Code')
  await expect(line).toHaveAttribute('href', 'vscode://file/app/shop.py:7')
  const folder = page.getByRole('textbox', { name: 'Your folder for /app' })
  await folder.fill('my shop')
  await folder.press('Enter')
  await expect(page.getByRole('alert')).toContainText('A whole path')
  await folder.fill('/home/me/my shop')
  await folder.press('Enter')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await page.reload()
  await expect(line).toHaveAttribute('href', 'vscode://file/home/me/my%20shop/shop.py:7')
  await page.goto(`/jobs/${id}?tab=input`)
  expect(JSON.parse(await copiedBy('Copy input'))).toEqual({})
})

test('a job is copied as a test that runs its function', async ({ page, context, request }) => {
  const { id } = await aJob(request)
  await page.goto(`/jobs/${id}`)
  await page.getByRole('button', { name: 'Copy as' }).click()
  await page.getByRole('menuitem', { name: 'pytest' }).click()
  await expect(page.getByRole('button', { name: 'Copied as pytest' })).toBeVisible()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('from shop.jobs import send_receipt')
  await page.goto('/functions/send_receipt?tab=configuration')
  await expect(page.getByText('shop.jobs:send_receipt')).toBeVisible()
})

test('an artifact opens whole as its type is read, is in the address, and nothing of it runs', async ({ page, request, troubles }) => {
  const { id } = await runAgain(request, await aJob(request))
  const rows = Array.from({ length: 3000 }, (_, n) => `${String(n)},"name ${String(n)}"`).join('\n')
  const stored = [
    { name: 'rows.csv', type: 'file/csv', data: `id,name\n${rows}` },
    { name: 'rows.csv', type: 'file/csv', data: `id,name\n${rows}\n3000,newest` },
    { name: 'notes.md', type: 'text', data: '# Findings\n\n- [x] **read**\n- [site](https://a.test/x) [bad](javascript:document.title="taken")\n\n<img src=x onerror="document.title=\'taken\'"> ![p](https://a.test/p.png)' },
    { name: 'silence.wav', type: 'file/binary', data: silence().toString('base64') },
    { name: 'facts.json', type: 'json', data: { order: { id: 42, lines: [1, 2, 3] } } },
    { name: 'loss.json', type: 'json', data: { data: [{ type: 'scatter', mode: 'lines', name: 'train', y: [3, 2, 1] }], layout: { title: 'Loss by epoch' } } },
    { name: 'binned.json', type: 'json', data: { data: [{ type: 'histogram', x: [1, 2] }], layout: {} } },
    { name: 'report.html', type: 'file/html', data: '<h1>Report</h1><script>parent.document.title = "taken"; document.body.textContent = "ran"</script>' },
  ]
  for (const data of stored) expect((await request.post(`/api/v1/jobs/${id}/artifacts`, { data })).status()).toBe(201)
  await page.goto(`/jobs/${id}?tab=artifacts`)
  const open = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: `Open ${name}` }).first().click()
    await expect(page).toHaveURL(/artifact=art_/)
  }
  await open('rows.csv')
  const table = page.getByRole('dialog').getByRole('table', { name: 'rows.csv' })
  await expect(table.getByRole('cell', { name: 'name 0', exact: true })).toBeVisible()
  expect(await table.getByRole('row').count()).toBeLessThan(200)
  await table.evaluate((box) => { box.scrollTop = box.scrollHeight })
  await expect(table.getByRole('cell', { name: 'newest' })).toBeVisible()
  await page.reload()
  await expect(table).toBeVisible()
  // The newest of two versions; an arrow goes to the one before, which then is in the address.
  const newest = page.url()
  const version = page.getByRole('dialog').getByRole('slider', { name: 'Version of rows.csv' })
  await expect(version).toHaveAttribute('aria-valuetext', /^version 2 of 2/)
  await version.press('ArrowLeft')
  await expect(version).toHaveAttribute('aria-valuetext', /^version 1 of 2/)
  await expect(page.getByRole('dialog').getByText('3,000 rows')).toBeVisible()
  expect(page.url()).not.toBe(newest)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('list', { name: 'Artifacts' }).getByText('rows.csv', { exact: true })).toHaveCount(1)

  await open('notes.md')
  const notes = page.getByRole('document', { name: 'notes.md' })
  await expect(notes.getByRole('heading', { name: 'Findings' })).toBeVisible()
  await expect(notes.getByRole('checkbox')).toBeChecked()
  await expect(notes.getByRole('link')).toHaveText(['site', 'p'])
  await expect(notes.locator('img, script')).toHaveCount(0)
  await page.keyboard.press('Escape')
  await open('silence.wav')
  const player = page.getByRole('dialog').locator('audio')
  await expect.poll(() => player.evaluate((audio: HTMLAudioElement) => audio.duration)).toBeCloseTo(1, 1)
  await page.keyboard.press('Escape')
  await expect(page).not.toHaveURL(/artifact=/)

  await open('loss.json')
  const plot = page.getByRole('dialog').getByRole('figure', { name: 'Loss by epoch' })
  await plot.locator('.plot-picture').hover({ position: { x: 32, y: 12 } })
  await expect(plot.getByText('train', { exact: true })).toBeVisible()
  await plot.getByRole('button', { name: 'Table' }).click()
  await expect(plot.getByRole('row').nth(1)).toHaveText(/train\s*0\s*3/)
  await page.keyboard.press('Escape')
  await open('binned.json')
  await expect(page.getByRole('dialog').getByRole('note')).toHaveText('This Plotly plot is not drawn here, because of a trace of type histogram. It is shown as the JSON it is.')
  await page.keyboard.press('Escape')
  await open('facts.json')
  await expect(page.getByRole('dialog')).toContainText('id: 42')
  await page.keyboard.press('Escape')
  await open('report.html')
  await expect(page.frameLocator('iframe[title="report.html"]').getByRole('heading', { name: 'Report' })).toBeVisible()
  await expect(page).not.toHaveTitle('taken')
  // The browser says so itself.
  expect(troubles.splice(0)).toEqual([expect.stringContaining('Blocked script execution')])
})

test('where a job ran is said as far as a cluster says it, and leads to what else ran there', async ({ page, request }) => {
  const { id } = await aJob(request)
  // Of the sample's workers none is in a pod.
  await page.route(`**/api/v1/jobs/${id}`, async (route) => {
    const answer = await route.fetch()
    const job = (await answer.json()) as { attempts_log: object[] }
    await route.fulfill({ response: answer, json: { ...job, attempts_log: job.attempts_log.map((attempt) => ({ ...attempt, pod: 'shop-7d9f-x2x' })) } })
  })
  await page.route('**/api/v1/workers', async (route) => {
    const answer = await route.fetch()
    const list = (await answer.json()) as { workers: { instances: object[] }[] }
    const pod = { name: 'shop-7d9f-x2x', namespace: 'shop', node: 'node-b', phase: 'Running', restarts: 0, last_restart_reason: null, image: null, cpu_limit_cores: null, memory_limit_bytes: null, deployment: null }
    await route.fulfill({ response: answer, json: { ...list, workers: list.workers.map((worker) => ({ ...worker, instances: worker.instances.map((one) => ({ ...one, pod })) })) } })
  })
  await page.goto(`/jobs/${id}`)
  await expect(page.getByText(/^worker \S+ · pod shop-7d9f-x2x · node node-b$/)).toBeVisible()
  await page.getByRole('link', { name: 'shop-7d9f-x2x', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Drop the filter In pod shop-7d9f-x2x', exact: true })).toBeVisible()
})

test('that idle time is not folded is in the address', async ({ page, request }) => {
  const { id } = await aJob(request)
  await page.goto(`/jobs/${id}`)
  await expect(page.getByRole('heading', { level: 1 }).getByRole('link')).toHaveAttribute('href', /^\/functions\//)
  await page.getByRole('checkbox', { name: 'fold idle time' }).click()
  await expect(page).toHaveURL(/fold=false/)
  await page.reload()
  const box = page.getByRole('checkbox', { name: 'fold idle time' })
  await expect(box).not.toBeChecked()
  await box.click()
  await expect(page).not.toHaveURL(/fold=/)
})

test('a folded row of the timeline is in the address', async ({ page, request }) => {
  const { id } = await aJob(request)
  await page.goto(`/jobs/${id}`)
  const first = page.getByRole('treegrid').getByRole('row').first()
  await expect(first).toHaveAttribute('aria-expanded', 'true')
  await page.getByRole('treegrid').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowLeft')
  await expect(first).toHaveAttribute('aria-expanded', 'false')
  await expect(page).toHaveURL(/rows=/)
  await page.reload()
  await expect(first).toHaveAttribute('aria-expanded', 'false')
  await page.getByRole('treegrid').focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await expect(first).toHaveAttribute('aria-expanded', 'true')
  await expect(page).not.toHaveURL(/rows=/)
})

test('a section of the tree’s time is chosen on the map of all of it, and is in the address', async ({ page, request }) => {
  const made = await request.post('/api/v1/jobs', { data: { function: 'send_newsletter', kwargs: { subject: 'Map', recipients: 3 }, tags: ['journey-map'] } })
  const { id, created_at: createdAt } = (await made.json()) as SomeJob & { created_at: string }
  await expect
    .poll(async () => {
      const { jobs } = (await (await request.get(`/api/v1/jobs/${id}/timeline`)).json()) as { jobs: { completed_at: string | null }[] }
      return jobs.filter((job) => job.completed_at !== null).length
    }, { timeout: 60_000 })
    .toBe(4)
  await page.goto(`/jobs/${id}`)
  const map = page.getByRole('scrollbar', { name: 'Section of the time shown' })
  await expect(map).toHaveAttribute('aria-valuetext', /^all of /)
  const box = await map.boundingBox()
  if (!box) throw new Error('the map is not drawn')
  const drag = async (from: number, to: number): Promise<void> => {
    await page.mouse.move(box.x + box.width * from, box.y + 12)
    await page.mouse.down()
    await page.mouse.move(box.x + (box.width * (from + to)) / 2, box.y + 12)
    await page.mouse.move(box.x + box.width * to, box.y + 12)
    await page.mouse.up()
  }
  await drag(0.2, 0.5)
  await expect(page).toHaveURL(/t=\d+-\d+/)
  await expect(map).toHaveAttribute('aria-valuetext', / to .* of /)
  const drawn = await map.getAttribute('aria-valuetext')
  await page.reload()
  await expect(map).toHaveAttribute('aria-valuetext', drawn ?? '')

  // Its edge, the section itself, keys.
  const kept = new Set([page.url()])
  for (const change of [() => drag(0.5, 0.7), () => drag(0.4, 0.3), () => map.press('ArrowRight'), () => map.press('Shift+ArrowLeft')]) {
    await change()
    await expect.poll(() => kept.has(page.url())).toBe(false)
    kept.add(page.url())
  }
  await map.press('Escape')
  await expect(page).not.toHaveURL(/[?&]t=/)
  await drag(0.6, 0.9)
  await expect(page).toHaveURL(/t=\d+-\d+/)
  await map.dblclick({ position: { x: 5, y: 12 } })
  await expect(page).not.toHaveURL(/[?&]t=/)

  // Rows keep their places; those of which the section has nothing are dim.
  const start = Date.parse(createdAt)
  await page.goto(`/jobs/${id}?t=${String(start)}-${String(start + 1)}`)
  const rows = page.getByRole('treegrid').getByRole('row')
  await expect(rows).toHaveCount(4)
  await expect(page.locator('.waterfall-row[data-outside=true]')).toHaveCount(3)
  await page.getByRole('button', { name: 'Show all' }).click()
  await expect(page.locator('.waterfall-row[data-outside=true]')).toHaveCount(0)

  await page.getByRole('link', { name: '4 jobs', exact: true }).click()
  await expect(page.getByRole('button', { name: `Drop the filter Tree of ${id}` })).toBeVisible()
  await expect(page.locator('tr[data-job]')).toHaveCount(4)

  await page.goto(`/jobs/${id}`)
  await page.getByText(/^tagged /).getByRole('link', { name: 'journey-map', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Drop the filter Tag journey-map' })).toBeVisible()
  await expect(page.locator(`tr[data-job="${id}"]`)).toBeVisible()
})

test('a tree marks what was logged and how far it is, says where now is, opens and folds as a whole, and shows only what failed', async ({ page, request }) => {
  const key = 'journey-marks'
  const { tell, lease, report } = workerOf(request, key)
  await tell('/functions', { functions: [{ key, max_retries: 0, timeout: 3600 }] })
  const { id: root } = (await tell('/jobs', { function: key })) as SomeJob
  const leased = await lease()
  const children = (await tell('/jobs/batch', { jobs: Array.from({ length: 10 }, () => ({ function: key, parent_id: root })) })) as { jobs: SomeJob[] }
  const now = new Date().toISOString()
  const lines = [
    { at: now, level: 'warning', message: 'the disk is nearly full' },
    { at: now, level: 'info', message: 'going on' },
    { at: now, level: 'error', message: 'the disk is full' },
  ]
  await report({ ...leased, kind: 'log', lines }, { ...leased, kind: 'progress', progress: 0.4 })
  const failing = await lease()
  await report({ ...failing, kind: 'outcome', outcome: 'failure', error: 'boom', error_type: 'E' })

  await page.goto(`/jobs/${root}`)
  const rows = page.getByRole('treegrid').getByRole('row')
  await expect(rows).toHaveCount(2)
  const ticks = rows.first().locator('.waterfall-log-tick')
  await expect(ticks).toHaveCount(2)
  await expect(ticks.last()).toHaveAttribute('title', / error: the disk is full$/)
  await expect(rows.first()).toContainText('1 error and 1 warning in its log')
  await expect(rows.first().locator('.segment-running')).toHaveAttribute('title', /40 %/)
  await expect(rows.first().locator('.segment-ramp')).toBeVisible()
  await expect(page.locator('.waterfall-now')).toHaveCount(1)

  await page.keyboard.press('u')
  await expect(rows).toHaveCount(12)
  await expect(page).toHaveURL(/open=all/)
  await page.keyboard.press('Shift+U')
  await expect(rows).toHaveCount(1)
  await page.keyboard.press('Shift+U')
  await expect(page).not.toHaveURL(/open=/)
  await page.getByRole('checkbox', { name: 'errors only' }).click()
  await expect(page).toHaveURL(/errors=true/)
  await expect(rows).toHaveCount(2)
  await page.reload()
  await expect(rows).toHaveCount(2)
  await rows.last().click()
  await expect(page).toHaveURL(new RegExp(failing.job_id))
  await expect(page).toHaveURL(/errors=true/)
  // That job's page is drawn, and hears its keys.
  await expect(page.getByText(failing.job_id)).toBeVisible()
  await expect(rows).toHaveCount(2)
  await page.keyboard.press('Shift+E')
  await expect(page).not.toHaveURL(/errors=/)
  await page.keyboard.press('p')
  await expect(page).toHaveURL(new RegExp(root))

  for (const { id } of children.jobs) if (id !== failing.job_id) await tell(`/jobs/${id}/cancel`, {})
  await report({ ...leased, kind: 'outcome', outcome: 'success', result: null })
  await expect(page.locator('.waterfall-now')).toHaveCount(0)
  await expect(ticks).toHaveCount(2)
})
