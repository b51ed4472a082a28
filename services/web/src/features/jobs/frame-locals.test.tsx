import { expect, test } from 'vitest'
import type { Attempt } from '@/features/jobs/api'
import { localsText, placeLocals, type FrameLocals } from '@/features/jobs/frame-locals'
import { FrameLocalsView } from '@/features/jobs/frame-locals-view'
import { JobError } from '@/features/jobs/job-error'
import { aJobDetail, anAttempt } from '@/features/jobs/testing'
import { parseTraceback } from '@/features/jobs/traceback'
import { drawnAt } from '@/ui/testing'

const frame = (file: string, line: number, name: string): string => `  File "${file}", line ${String(line)}, in ${name}\n    code()\n`
const told = (file: string, line: number, name: string, ...variables: FrameLocals['variables']): FrameLocals => ({ file, line, function: name, variables, left_out: 0 })

const TEXT = `Traceback (most recent call last):
${frame('/app/shop.py', 7, 'outer')}${frame('/venv/lib/python3.12/site-packages/httpx/client.py', 1, 'send')}${frame('/venv/lib/python3.12/site-packages/shop/jobs.py', 2, 'own')}${frame('/app/shop.py', 9, 'deeper')}${frame('/app/shop.py', 9, 'deeper')}ValueError: no
`
const LOCALS = [
  told('/app/gone.py', 1, 'cut'),
  told('/app/shop.py', 7, 'outer', { name: 'order', value: "'42'" }, { name: 'token', value: null }),
  told('/venv/lib/python3.12/site-packages/shop/jobs.py', 2, 'own', { name: 'request', value: "{'token': [masked], 'n': 1}" }),
  told('/app/shop.py', 9, 'deeper', { name: 'n', value: '0' }),
]
const failed = (change: Partial<Attempt>) => aJobDetail({ error: 'no', attempts_log: [anAttempt({ error: 'no', traceback: TEXT, ...change })] })
const drawn = (change: Partial<Attempt>): string => drawnAt('/jobs/job_1', <JobError job={failed(change)} />)

test('locals stand at their frames; of a recursion at the innermost, and what the text has not is kept apart', () => {
  const { parts, of, elsewhere } = placeLocals(parseTraceback(TEXT), LOCALS)
  const frames = parts.flatMap((part) => (part.kind === 'frames' ? part.frames : []))
  expect(frames.map((one) => of.get(one)?.variables[0]?.name)).toEqual(['order', undefined, 'request', undefined, 'n'])
  expect(elsewhere.map((one) => one.function)).toEqual(['cut'])
})

test('a frame that was told about is the reader’s own, wherever it is installed', () => {
  const kinds = (locals: readonly FrameLocals[]) => placeLocals(parseTraceback(TEXT), locals).parts.map((part) => (part.kind === 'text' ? 'text' : `${part.isLibrary ? 'library' : 'own'} ${String(part.frames.length)}`))
  expect(kinds([])).toEqual(['text', 'own 1', 'library 2', 'own 2', 'text'])
  expect(kinds(LOCALS)).toEqual(['text', 'own 1', 'library 1', 'own 1', 'own 2', 'text'])
})

test('each frame folds its locals, the innermost shows them', () => {
  const html = drawn({ has_locals: true, locals: { frames: LOCALS, left_out: 2 } })
  const heads = [...html.matchAll(/<details class="locals"( open="")?><summary>Locals<span class="visually-hidden"> of (\w+)<\/span> <span class="num">\((\d+)\)/g)]
  expect(heads.map(([, open, name, number]) => [name, number, open !== undefined])).toEqual([
    ['outer', '2', false],
    ['own', '1', false],
    ['deeper', '1', true],
    ['cut', '0', false],
  ])
  expect(html).toContain('The locals of 2 more frames had no room.')
})

test('what was masked is a chip, within a value, too, and never the text of a value', () => {
  const [, outer, own] = LOCALS
  const html = drawnAt('/', <>{outer && <FrameLocalsView told={outer} isOpen />}{own && <FrameLocalsView told={own} isOpen={false} />}</>)
  expect(html).toMatch(/<dt>order<\/dt><dd>&#x27;42&#x27;<\/dd>/)
  expect(html).toMatch(/<dt>token<\/dt><dd><span class="locals-masked"[^>]*>masked<\/span><\/dd>/)
  expect(html).toMatch(/<dd>\{&#x27;token&#x27;: <span class="locals-masked"[^>]*>masked<\/span>, &#x27;n&#x27;: 1\}<\/dd>/)
  expect(html).toContain('aria-label="Copy locals of outer"')
  expect(outer && localsText(outer)).toBe("order = '42'\ntoken = [masked]")
})

test('what had no room is said', () => {
  const full: FrameLocals = { ...told('/app/shop.py', 7, 'outer', { name: 'a', value: '1' }), left_out: 3 }
  expect(drawnAt('/', <FrameLocalsView told={full} isOpen />)).toMatch(/\(4\).*3 more had no room/)
  expect(drawnAt('/', <FrameLocalsView told={{ ...full, variables: [] }} isOpen />)).toContain('There was no room for them')
})

test('who may not read them hears that there are some; where there are none, nothing is said', () => {
  expect(drawn({ traceback: null, has_locals: true })).toContain('payloads:read')
  expect(drawn({})).not.toContain('payloads:read')
  expect(drawn({})).not.toContain('Locals')
})
