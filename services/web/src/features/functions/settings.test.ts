import { expect, test } from 'vitest'
import { differing, type Settings } from '@/features/functions/settings'

const settings = (change: Partial<Settings>): Settings => ({ timeout: null, max_retries: 3, retry_delay: 1, max_concurrency: null, ...change })
const labels = (declared: readonly Settings[]): string[] => differing(declared).map(({ label }) => label)

test('what workers disagree about is named, and nothing they agree on', () => {
  expect(labels([settings({}), settings({ timeout: 60, max_concurrency: 4 })])).toEqual(['Timeout', 'At once'])
  expect(labels([settings({}), settings({}), settings({ max_retries: 0 })])).toEqual(['Retries'])
  expect(labels([settings({})])).toEqual([])
})
