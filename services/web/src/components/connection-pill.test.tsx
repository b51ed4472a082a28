import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { LostText } from '@/components/connection-pill'

const NOON = Date.parse('2026-03-01T12:00:00Z')
const said = (status: Partial<Parameters<typeof LostText>[0]['status']>): string =>
  renderToStaticMarkup(<LostText status={{ lostAt: null, retryAt: null, refusedStreams: [], sourceAway: false, ...status }} heardAt={NOON} now={NOON + 12_000} />)

test('a lost stream is said, whatever else the key may not read', () => {
  const text = said({ lostAt: NOON, retryAt: NOON + 15_000, refusedStreams: ['workers'] })
  expect(text).toMatch(/Stream lost .*12 s.* ago\./)
  expect(text).toContain('trying again in 3 s')
  expect(said({ lostAt: NOON, retryAt: NOON + 12_000 })).toContain('trying now')
  expect(text).toContain('title="2026-03-01 12:00:00.000 UTC"')
})

test('while it runs and its source does not, that is said', () => {
  expect(said({ sourceAway: true, refusedStreams: ['workers'] })).toContain('The log (Kafka) is away')
  expect(said({ sourceAway: true, lostAt: NOON })).toContain('Stream lost')
})

test('while it runs, what the key may not read is said', () => {
  expect(said({ refusedStreams: ['workers'] })).toContain('may not read the live workers stream')
  expect(said({ lostAt: NOON + 11_000, refusedStreams: ['workers'] })).toContain('may not read the live workers stream')
  expect(said({})).toBe('')
})
