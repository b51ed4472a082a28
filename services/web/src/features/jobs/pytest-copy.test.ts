import { expect, test } from 'vitest'
import { asPytest } from '@/features/jobs/pytest-copy'
import { aJob } from '@/features/jobs/testing'

// examples/shop/tests/test_copied.py runs these with pytest.
const COPIED = '../../../../../examples/shop/tests/copied'
const textOf = (...asked: Parameters<typeof asPytest>): string => asPytest(...asked).text ?? ''

test('a failed job is a test that fails as it did', async () => {
  const job = aJob({ function: 'resize_image', status: 'failed', kwargs: { product_id: 999, seconds: 0 }, error: 'there is no product 999', error_type: 'NonRetryable' })
  await expect(textOf(job, 'shop.jobs:resize_image')).toMatchFileSnapshot(`${COPIED}/fails.py.txt`)
})

test('a job that enqueues others is a test without a server', async () => {
  const job = aJob({ function: 'send_newsletter', status: 'complete', kwargs: { subject: 'it’s "new"\n\\ 🦆', recipients: 2 }, result: 2 })
  await expect(textOf(job, 'shop.jobs:send_newsletter')).toMatchFileSnapshot(`${COPIED}/enqueues.py.txt`)
})

test('a complete job is a test of what it returned', async () => {
  const job = aJob({ function: 'send_receipt', status: 'complete', kwargs: { order_id: '7', email: 'a@example.com', cents: 100 }, result: 'receipt-7' })
  await expect(textOf(job, 'shop.jobs:send_receipt')).toMatchFileSnapshot(`${COPIED}/returns.py.txt`)
})

test('no text of a job becomes code', () => {
  const text = textOf(aJob({ status: 'failed', kwargs: { "a'b": '")\nimport os' }, error: 'one\nimport os\r\u0085two', error_type: 'X' }), 'a.b:C.resize')
  expect(text.split('\n').filter((line) => line.includes('import os'))).toEqual([
    '# resize, ' + aJob().id + ', failed with X: one import os two',
    '            "a\'b": "\\")\\nimport os",',
  ])
  expect(text).toContain('\nfrom a.b import C\n')
  expect(text).toContain('        C.resize,\n')
})

test('a job without arguments, without a result, or with too long a one', () => {
  expect(textOf(aJob({ kwargs: {} }), 'a:f')).toContain('    run_job(\n        f,\n        {},\n    )\n')
  expect(textOf(aJob({ status: 'complete' }), 'a:f')).toMatch(/result = run_job\([^]*assert result is None\n$/)
  expect(textOf(aJob({ status: 'complete', result: 'x'.repeat(3000) }), 'a:f')).not.toContain('assert')
})

test.each([
  [null, 'a:f', 'payloads:read'],
  [{}, null, 'No worker says'],
  [{}, undefined, 'Looking'],
])('with arguments %j of a function at %s there is a reason instead', (kwargs, path, why) => {
  expect(asPytest(aJob({ kwargs }), path)).toEqual({ text: null, why: expect.stringContaining(why) as string })
})
