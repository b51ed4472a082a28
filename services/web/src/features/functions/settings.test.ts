import { expect, test } from 'vitest'
import { declaredText, differing, isDrifting, moduleFile, rateText, type Settings } from '@/features/functions/settings'

const settings = (change: Partial<Settings>): Settings => ({ timeout: null, max_retries: 3, retry_delay: 1, max_concurrency: null, rate_limit: null, schedule: null, schedule_timezone: null, pattern: null, ...change })
const labels = (declared: readonly Settings[]): string[] => differing(declared).map(({ label }) => label)

test('what workers disagree about is named, and nothing they agree on', () => {
  expect(labels([settings({}), settings({ timeout: 60, max_concurrency: 4 })])).toEqual(['Timeout', 'At once'])
  expect(labels([settings({}), settings({}), settings({ max_retries: 0 })])).toEqual(['Retries'])
  expect(labels([settings({ rate_limit: '10/s' }), settings({ rate_limit: '600/m' })])).toEqual(['Rate limit'])
  const nightly = settings({ schedule: '0 2 * * *', schedule_timezone: 'UTC' })
  expect(labels([settings({}), nightly])).toEqual(['Trigger'])
  expect(differing([nightly, settings({ pattern: 'order.*' })]).map(({ text }) => [text(nightly), text(settings({ pattern: 'order.*' }))])).toEqual([['0 2 * * * UTC', 'event order.*']])
  expect(labels([settings({})])).toEqual([])
})

test('who declares it is said in a line, and whether they disagree', () => {
  const one = { ...settings({ timeout: 30, max_retries: 5 }), workers: ['shop-1', 'shop-2'], versions: ['1.4'] }
  expect(declaredText([one])).toBe('2 live workers declare the same · version 1.4')
  expect(declaredText([one, { ...one, workers: ['shop-3'], versions: ['1.5', '1.4'] }])).toBe('3 live workers declare different settings · versions 1.4, 1.5')
  expect(declaredText([{ ...one, workers: ['shop-1'], versions: [] }])).toBe('1 live worker declares it')
  expect([declaredText(null), declaredText([])]).toEqual([null, null])
  expect([isDrifting([one, one]), isDrifting([one]), isDrifting(null), isDrifting(undefined)]).toEqual([true, false, false, false])
})

test('a rate limit is said in words', () => {
  expect(['10/s', '1/m', '5000/h', '50/d', null].map(rateText)).toEqual(['10 a second', '1 a minute', '5,000 an hour', '50 a day', 'no limit'])
})

test('the file of a module stands where its name says', () => {
  expect(moduleFile('shop.jobs:charge_card')).toBe('shop/jobs.py')
  expect(moduleFile('app:run')).toBe('app.py')
})
