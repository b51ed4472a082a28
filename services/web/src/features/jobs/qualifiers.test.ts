import { expect, test } from 'vitest'
import { QUALIFIER_HINT, readQuery } from '@/features/jobs/qualifiers'
import { jobId } from '@/features/jobs/testing'

const PARENT = jobId(1)
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const KIND = '0123456789abcdef'

test('qualifiers become filters, and what is none is searched for', () => {
  expect(readQuery('fn:charge_card connection refused status:failed took:>1.5s arg.order.id:42')).toEqual({
    filter: { function: 'charge_card', status: ['failed'], min_duration_ms: 1500, argument: ['order.id:42'] },
    rest: 'connection refused',
    problem: null,
    fault: null,
  })
})

test.each([
  ['status:failed,retrying status:failed', { status: ['failed', 'retrying'] }],
  ['STATUS:Failed', { status: ['failed'] }],
  ['took:>5s took:<1m', { min_duration_ms: 5000, below_duration_ms: 60_000 }],
  ['dur:>5s DUR:<1m', { min_duration_ms: 5000, below_duration_ms: 60_000 }],
  [`worker:"shop 1" tree:${PARENT}`, { worker_id: 'shop 1', root_id: PARENT }],
  [`parent:${PARENT} has:children`, { parent_id: PARENT, has_children: true }],
  ['-has:children', { has_children: false }],
  ['arg.order.id:42 ARG.Größe:"b c" arg.lines.0.sku:a:b', { argument: ['order.id:42', 'Größe:b c', 'lines.0.sku:a:b'] }],
  ['-arg.order.id:42 -arg.a:"b c"', { not_argument: ['order.id:42', 'a:b c'] }],
  ['-err:refused -err:"no answer" -key:"Order 7"', { not_error: ['refused', 'no answer'], not_idempotency_key: ['Order 7'] }],
  [`-parent:${PARENT} -tree:${PARENT}`, { not_parent_id: [PARENT], not_root_id: [PARENT] }],
  [`-trace:${TRACE} -kind:${KIND}`, { not_trace_id: [TRACE], not_fingerprint: [KIND] }],
  [`trace:${TRACE} kind:${KIND}`, { trace_id: TRACE, fingerprint: KIND }],
  ['attempt:>1', { min_attempts: 2 }],
  ['attempt:3', { min_attempts: 3, max_attempts: 3 }],
  ['attempt:<4 attempt:>1', { min_attempts: 2, max_attempts: 3 }],
  ['attempt:0', { max_attempts: 0 }],
  ['attempt:999999', { min_attempts: 999_999, max_attempts: 999_999 }],
  ['wait:>30s', { min_wait_ms: 30_000 }],
  ['wait:>1s wait:<5s took:<1m', { min_wait_ms: 1000, below_wait_ms: 5000, below_duration_ms: 60_000 }],
  ['tag:nightly tag:eu.1 tag:nightly', { tag: ['nightly', 'eu.1'] }],
  ['-fn:resize -FN:thumb -worker:"shop 1" -tag:eu', { not_function: ['resize', 'thumb'], not_worker_id: ['shop 1'], not_tag: ['eu'] }],
  ['pod:shop-7d9f-x2x deploy:"registry/shop:1.4 b" key:"Order 7"', { pod: 'shop-7d9f-x2x', version: 'registry/shop:1.4 b', idempotency_key: 'Order 7' }],
  ['-pod:a -pod:b -deploy:1.4.1', { not_pod: ['a', 'b'], not_version: ['1.4.1'] }],
  ['-status:complete', { status: ['queued', 'pending', 'active', 'retrying', 'failed', 'cancelled'] }],
  ['-status:complete,cancelled -status:queued', { status: ['pending', 'active', 'retrying', 'failed'] }],
  ['-status:failed status:retrying status:failed', { status: ['retrying'] }],
])('%s', (typed, filter) => {
  expect(readQuery(typed)).toEqual({ filter, rest: '', problem: null, fault: null })
})

test('words of an error are searched for where they stand among the others', () => {
  expect(readQuery('no err:"answer from" fn:charge_card err:shop at', { q: 'before' })).toEqual({ filter: { function: 'charge_card' }, rest: 'no answer from shop at', problem: null, fault: null })
})

test.each(['job_01', 'ValueError: no such card', 'http://shop', '"a b"', 'arg.a', '', '-5 degrees', '-colour:red', 'constructor:x', '-', 'a-fn:b'])('%j is free text', (typed) => {
  expect(readQuery(typed)).toEqual({ filter: {}, rest: typed, problem: null, fault: null })
})

test.each([
  ['status:broken', 'status:broken', 'as status:'],
  ['-status:completed', '-status:completed', 'as -status:'],
  ['fn:a took:5s', 'took:5s', 'as took:>5s'],
  ['dur:5s', 'dur:5s', 'as took:>5s'],
  ['-dur:>5s', '-dur:>5s', 'cannot be left out'],
  ['err:""', 'err:""', 'as err:"no answer"'],
  ['-err:""', '-err:""', 'as -err:'],
  ['fn:', 'fn:', 'as fn:charge_card'],
  ['arg.order.id:', 'arg.order.id:', 'as arg.order.id:42'],
  ['-arg.0:1', '-arg.0:1', 'as -arg.order.id:42'],
  ['parent:job_1', 'parent:job_1', 'as parent:job_… with a whole id'],
  ['-parent:job_1', '-parent:job_1', 'as -parent:job_… with a whole id'],
  ['trace:4bf9', 'trace:4bf9', 'as trace:4bf9… with 32 digits'],
  ['has:parents', 'has:parents', 'as has:children'],
  ['took:>soon', 'took:>soon', 'as took:>5s'],
  ['took:<0s', 'took:<0s', 'as took:>5s'],
  ['took:>1m took:<5s', 'took:<5s', 'as took:>5s'],
  ['wait:30s', 'wait:30s', 'as wait:>30s or wait:<5s'],
  ['attempt:many', 'attempt:many', 'as attempt:>1'],
  ['attempt:<0', 'attempt:<0', 'as attempt:>1'],
  ['attempt:>2 attempt:2', 'attempt:2', 'as attempt:>1'],
  ['attempt:1000000', 'attempt:1000000', 'as attempt:>1'],
  ['tag:Nightly', 'tag:Nightly', 'as tag:nightly'],
  ['-fn:"a b"', '-fn:"a b"', 'as -fn:charge_card'],
  ['-worker:""', '-worker:""', 'as -worker:shop-1'],
  ['fn:a -took:>5s', '-took:>5s', 'the other way round, as took:>5s or took:<1m'],
  ['-attempt:2', '-attempt:2', 'cannot be left out'],
  ['pod:""', 'pod:""', 'as pod:shop-7d9f-x2x'],
])('of %s the token that cannot be read is named, and nothing of it is asked', (typed, token, like) => {
  const { filter, rest, problem, fault } = readQuery(typed)
  expect({ filter, rest }).toEqual({ filter: {}, rest: typed })
  expect(typed.slice(fault?.from, fault?.to)).toBe(token)
  expect(problem).toContain(`“${token}”`)
  expect(problem).toContain(like)
})

test('nothing is asked where no status is left', () => {
  expect(readQuery('status:failed -status:failed x')).toMatchObject({ filter: {}, rest: 'status:failed -status:failed x', problem: 'No status is left without failed.', fault: { from: 14, to: 28 } })
})

test('what may be asked for several times comes to what is there, up to ten', () => {
  const nine = Array.from({ length: 9 }, (_, n) => `t${String(n)}`)
  expect(readQuery('tag:one', { tag: nine, function: 'a', min_wait_ms: 1 }).filter).toEqual({ tag: [...nine, 'one'] })
  expect(readQuery('tag:one tag:two -tag:two', { tag: nine })).toMatchObject({ filter: {}, problem: '“tag:two” is one too many: of each kind, 10 are asked for at most.' })
  expect(readQuery('tag:t1 tag:one', { tag: nine }).filter.tag).toHaveLength(10)
})

test('the hint has each once, and says which are not left out', () => {
  expect(QUALIFIER_HINT).toHaveLength(18)
  expect(QUALIFIER_HINT.at(-1)).toBe('a - before any but attempt, wait and took leaves out')
})
