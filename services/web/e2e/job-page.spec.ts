// What a job's own page shows of it.
import { expect, test, type SomeJob } from './system'

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
})
