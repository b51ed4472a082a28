// Facts of the running system that the journeys need: they are asked for, never assumed.
import type { APIRequestContext } from '@playwright/test'
import { expect, test as base } from '@playwright/test'

const key = process.env.API_KEY

export interface SomeJob {
  id: string
  function: string
}

/** Every page is watched: a page error or a console error fails the journey. */
export const test = base.extend<{ troubles: string[] }>({
  extraHTTPHeaders: key ? { Authorization: `Bearer ${key}` } : {},
  troubles: [
    async ({ page }, use) => {
      const troubles: string[] = []
      page.on('pageerror', (error) => troubles.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' && !/net::ERR|Failed to load resource/.test(message.text())) troubles.push(message.text())
      })
      if (key) await page.addInitScript((value) => { sessionStorage.setItem('millstream.key', value) }, key)
      await use(troubles)
      expect(troubles).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

async function read<T>(request: APIRequestContext, path: string): Promise<T> {
  const response = await request.get(path)
  expect(response.status(), path).toBe(200)
  return (await response.json()) as T
}

/** A quick one, unless another is asked for. */
export async function aJob(request: APIRequestContext, query = 'status=complete&function=send_receipt'): Promise<SomeJob> {
  let jobs: SomeJob[] = []
  await expect
    .poll(async () => {
      jobs = (await read<{ jobs: SomeJob[] }>(request, `/api/v1/jobs?${query}&limit=1`)).jobs
      return jobs.length
    })
    .toBeGreaterThan(0)
  const [job] = jobs
  if (!job) throw new Error('unreachable')
  return job
}

/** A job that has ended and has stored something. */
export async function aJobWithArtifacts(request: APIRequestContext): Promise<{ jobId: string; name: string }> {
  let found: { jobId: string; name: string } | null = null
  await expect
    .poll(
      async () => {
        const { jobs } = await read<{ jobs: SomeJob[] }>(request, '/api/v1/jobs?limit=100&status=complete&function=resize_image')
        for (const job of jobs) {
          const { artifacts } = await read<{ artifacts: { name: string }[] }>(request, `/api/v1/jobs/${job.id}/artifacts`)
          if (artifacts[0]) found = { jobId: job.id, name: artifacts[0].name }
          if (found) break
        }
        return found !== null
      },
      { timeout: 45_000, intervals: [1000, 3000] },
    )
    .toBe(true)
  if (!found) throw new Error('unreachable')
  return found
}

/** Enqueues one more job like `job`: what happens next is then known to be ours. */
export async function runAgain(request: APIRequestContext, job: SomeJob): Promise<SomeJob> {
  const response = await request.post(`/api/v1/jobs/${job.id}/retry`, { data: {} })
  expect(response.status()).toBeLessThan(300)
  return (await response.json()) as SomeJob
}
