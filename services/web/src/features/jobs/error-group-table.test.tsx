import { expect, test } from 'vitest'
import { ErrorGroupTable } from '@/features/jobs/error-group-table'
import type { ErrorGroup } from '@/features/jobs/series'
import { drawnAt } from '@/ui/testing'

const group: ErrorGroup = {
  fingerprint: '0f3a000000000000',
  error_type: 'OSError',
  message: 'disk full',
  function: 'resize',
  count: 12,
  first_at: '2026-01-01T12:00:00Z',
  last_at: '2026-01-01T12:40:00Z',
  last_job_id: 'job_1',
  versions: ['1.3', '1.2', '1.1'],
}
const drawn = (change: Partial<ErrorGroup>): string => drawnAt('/functions/resize', <ErrorGroupTable errors={[{ ...group, ...change }]} range={{ range: '1h' }} />)

test('a group says which versions failed so, each a door to its failures, the newest first and two of them whole', () => {
  const text = drawn({})
  expect(text.match(/href="[^"]*version=[^"]*"/g)).toHaveLength(2)
  expect(text).toContain('fingerprint=0f3a000000000000')
  expect(text.replaceAll(/<!-- -->|<[^>]*>/g, '')).toContain('1.3, 1.2 +1')
  expect(text).toContain('title="1.3, 1.2, 1.1"')
})

test('where no worker said its version none is told', () => {
  expect(drawn({ versions: [] })).not.toContain('version=')
})
