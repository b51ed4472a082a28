import { expect, test } from 'vitest'
import { roleText } from '@/features/caller/api'
import { DEEDS, leaveFor } from '@/features/caller/deeds'
import { Ending } from '@/features/caller/who-am-i'
import { drawnAt } from '@/ui/testing'

const deed = (named: string) => DEEDS.flatMap(({ deeds }) => deeds).find((one) => one.named === named) ?? expect.fail(named)
const leave = (named: string, ...allowed: string[]) => leaveFor({ allowed }, deed(named))

test('a deed is allowed by its scope, by either of two, and of the streams in part', () => {
  expect([leave('jobs:write', 'jobs:write'), leave('jobs:write', 'jobs:read')]).toEqual(['all', 'none'])
  expect([leave('jobs:enqueue', 'jobs:write'), leave('jobs:enqueue', 'jobs:enqueue')]).toEqual(['all', 'all'])
  expect([leave('streams:*', 'streams:events'), leave('streams:*'), leave('streams:*', ...deed('streams:*').scopes)]).toEqual(['part', 'none', 'all'])
})

test('who has no role has scopes of their own, and who needs no key is told so', () => {
  expect([roleText({ kind: 'key', role: 'viewer' }), roleText({ kind: 'key', role: null }), roleText({ kind: 'anyone', role: 'admin' })]).toEqual(['viewer', 'scopes of its own', 'no key is asked for'])
})

test('how a session ends is said', () => {
  const said = (kind: 'anyone' | 'key' | 'token', expires_at: string | null) => drawnAt('/', <Ending caller={{ kind, expires_at }} />).replaceAll(/<[^>]*>/g, '')
  expect(said('anyone', null)).toContain('never')
  expect(said('key', null)).toMatch(/^when you sign out or close this tab/)
  expect(said('token', '2026-03-01T12:00:00Z')).toMatch(/, when you sign out/)
})
