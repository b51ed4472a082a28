// What the journeys look for is made first. The sample's traffic brings it too, but by chance: some of it after a minute, some
// while a page is watched that is to hold still.
import type { APIRequestContext } from '@playwright/test'
import { aJob, expect, test as setup } from './system'

/** So many cards that one of them is asked again is as good as certain: each is by one in four. */
const CARDS = 40

async function tell(request: APIRequestContext, path: string, data: object): Promise<void> {
  const answer = await request.post(`/api/v1${path}`, { data })
  expect(answer.status(), await answer.text()).toBeLessThan(300)
}

setup('a job of each kind and outcome, and an API of the journeys’ own', async ({ request }) => {
  await expect
    .poll(async () => ((await (await request.get('/api/v1/functions')).json()) as { total: number }).total, { message: 'the worker has told its functions' })
    .toBeGreaterThan(0)
  const card = { function: 'charge_card', kwargs: { order_id: 'journey', cents: 100, email: 'journey@example.com' } }
  const jobs = [
    { function: 'resize_image', kwargs: { product_id: 1, seconds: 0.2 } },
    { function: 'resize_image', kwargs: { product_id: 99 } },
    { function: 'send_newsletter', kwargs: { subject: 'Journey', recipients: 2 } },
    ...Array.from({ length: CARDS }, () => card),
  ]
  await tell(request, '/jobs/batch', { jobs })
  const told = { at: new Date().toISOString(), latency_ms: 1, instance_id: 'journey' }
  const requests = [
    { ...told, id: crypto.randomUUID(), method: 'GET', path: '/doors', status: 200 },
    { ...told, id: crypto.randomUUID(), method: 'GET', path: '/traced', status: 200 },
    { ...told, id: crypto.randomUUID(), method: 'GET', path: '', status: 404 },
  ]
  await tell(request, '/apis/journey/requests', { requests })
  await aJob(request)
  await aJob(request, 'status=complete&function=resize_image')
  await aJob(request, 'status=complete&function=send_newsletter')
  await aJob(request, 'status=failed&function=resize_image')
})
