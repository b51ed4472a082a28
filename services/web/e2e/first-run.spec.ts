// An installation nobody has used yet, at EMPTY_URL: every page says what to do first, ticks it off as it is done, and holds still.
import type { APIRequestContext, Page } from '@playwright/test'
import { expectStill, watchShifts } from './steadiness'
import { expect, test } from './system'

const EMPTY_URL = process.env.EMPTY_URL ?? ''

/** What a first worker, a first job and a first API tell, each as their own clients would. */
async function begin(request: APIRequestContext): Promise<void> {
  const tell = async (path: string, data: object): Promise<void> => {
    const answer = await request.post(`${EMPTY_URL}/api/v1${path}`, { data, headers: { 'Millstream-Protocol': '1' } })
    expect(answer.status(), path).toBeLessThan(300)
  }
  const now = new Date().toISOString()
  await tell('/functions', { functions: [{ key: 'first' }] })
  await tell('/workers/first-1/heartbeat', {
    worker_name: 'first', started_at: now, functions: ['first'], concurrency: 1, active_jobs: 0, jobs_processed: 0, jobs_failed: 0, state: 'active',
  })
  await tell('/jobs', { function: 'first' })
  await tell('/apis/first-api/requests', { requests: [{ id: crypto.randomUUID(), at: now, method: 'GET', path: '/', status: 200, latency_ms: 1, instance_id: 'first-api-1' }] })
}

/** Each page, and what is on it once something has happened. */
const PAGES: readonly { readonly path: string; readonly seen: (page: Page) => ReturnType<Page['getByRole']> }[] = [
  { path: '/dashboard', seen: (page) => page.getByRole('link', { name: 'See the job' }) },
  { path: '/functions', seen: (page) => page.getByRole('table', { name: 'Functions' }).getByRole('link', { name: 'first', exact: true }) },
  { path: '/jobs', seen: (page) => page.getByRole('table', { name: 'Jobs' }).locator('tr[data-job]') },
  { path: '/apis', seen: (page) => page.getByRole('table', { name: 'APIs' }).getByRole('link', { name: 'first-api' }) },
  { path: '/workers', seen: (page) => page.getByRole('table', { name: /^Instances of/ }) },
]

test('the first steps are a text for a coding agent, too', async ({ page }) => {
  await page.goto(`${EMPTY_URL}/jobs`)
  await page.getByText('Or paste this to your coding agent').click()
  await expect(page.getByRole('button', { name: 'Copy for a coding agent' })).toBeVisible()
  await expect(page.getByText(`curl '${EMPTY_URL}/api/v1/jobs?limit=1'`)).toBeVisible()
})

test('first steps tick themselves off on every page, and nothing moves', async ({ context, request }) => {
  // One after the other: a browser has six connections to a place, and each page that is open keeps one.
  const opened = []
  for (const { path, seen } of PAGES) {
    const page = await context.newPage()
    await watchShifts(page)
    await page.goto(EMPTY_URL + path)
    await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible()
    await expect(page.getByRole('button', { name: /^Live/ })).toBeVisible()
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0)
    opened.push({ page, path, seen })
  }
  await begin(request)
  for (const { page, path, seen } of opened)
    await test.step(`${path} holds still`, async () => {
      await expect(seen(page)).toBeVisible()
      await expectStill(page)
    })
})
