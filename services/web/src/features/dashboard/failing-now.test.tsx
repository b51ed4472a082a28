import { expect, test } from 'vitest'
import { FailingNow } from '@/features/dashboard/failing-now'
import type { ErrorGroup } from '@/features/jobs/series'
import { momentText } from '@/lib/format'
import { drawnAt } from '@/ui/testing'

const group: ErrorGroup = {
  fingerprint: '0f3a000000000000',
  error_type: 'TimeoutError',
  message: 'no answer',
  function: 'charge_card',
  count: 12,
  first_at: '2026-01-01T12:04:30Z',
  last_at: '2026-01-01T12:40:00Z',
  last_job_id: 'job_1',
  versions: [],
}

test('a failure says how many there are and since when, and of which time that is', () => {
  const text = drawnAt('/dashboard', <FailingNow errors={[group]} span="in the last hour" range={{ range: '1h' }} />)
  expect(text.replaceAll(/<!-- -->|<[^>]*>/g, '')).toContain(`×12 since ${momentText(Date.parse(group.first_at))}`)
  expect(text).toMatch(/title="The first of them in the last hour">since .*<time dateTime="2026-01-01T12:04:30.000Z"/)
})

test('which versions of the code failed so is said, the newest by name and all under the pointer', () => {
  const text = drawnAt('/dashboard', <FailingNow errors={[{ ...group, versions: ['1.4.2', '1.4.1'] }]} span="in the last hour" range={{ range: '1h' }} />)
  expect(text.replaceAll(/<!-- -->|<[^>]*>/g, '')).toContain('×12 1.4.2 +1 · since ')
  expect(text).toMatch(/title="no answer\nFailed so: 1\.4\.2, 1\.4\.1"/)
})
