import { expect, test } from 'vitest'
import { libraryOf, parseTraceback } from '@/features/jobs/traceback'

const TEXT = `Traceback (most recent call last):
  File "/app/shop/jobs.py", line 39, in charge_card
    answer = await bank.ask(card)
             ^^^^^^^^^^^^^^^^^^^^
  File "/venv/lib/python3.12/site-packages/httpx/_client.py", line 1730, in request
    return await self.send(request)
  File "/usr/lib/python3.12/asyncio/tasks.py", line 520, in wait_for
    return await fut
httpx.ReadTimeout: no answer

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/shop/jobs.py", line 41, in charge_card
    raise PaymentUnavailable from error
shop.jobs.PaymentUnavailable: the bank did not answer
`

test('own frames and library frames are told apart, in order, with their lines of code', () => {
  const parts = parseTraceback(TEXT)
  expect(parts.map((part) => (part.kind === 'text' ? 'text' : part.isLibrary ? `library ${String(part.frames.length)}` : 'own'))).toEqual(['text', 'own', 'library 2', 'text', 'own', 'text'])
  expect(parts[1]).toMatchObject({ frames: [{ file: '/app/shop/jobs.py', line: 39, name: 'charge_card', code: ['answer = await bank.ask(card)', '         ^^^^^^^^^^^^^^^^^^^^'] }] })
  expect(parts[3]).toMatchObject({ text: expect.stringMatching(/^httpx\.ReadTimeout[^]*direct cause/) as unknown })
})

test('what no Python wrote stays as it is', () => {
  expect(parseTraceback('panic: out of cheese\n  at line 3')).toEqual([{ kind: 'text', text: 'panic: out of cheese\n  at line 3' }])
})

test('a library is named by its package', () => {
  expect(libraryOf('/venv/lib/python3.12/site-packages/httpx/_client.py')).toBe('httpx')
  expect(libraryOf('/usr/lib/python3.12/asyncio/tasks.py')).toBe('asyncio')
})
