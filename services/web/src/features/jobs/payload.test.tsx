import { expect, test } from 'vitest'
import { Payload, payloadText } from '@/features/jobs/payload'
import { drawnAt } from '@/ui/testing'

test('what is copied is read again as what it was', () => {
  const values = [{ order: { id: 42, lines: ['a "b"'] } }, 'receipts/1.pdf', [], 0, false]
  expect(values.map((value) => JSON.parse(payloadText(value)) as unknown)).toEqual(values)
})

test('what is there has a button that copies it, what is not there has none', () => {
  expect(drawnAt('/jobs/job_1', <Payload value={0} label="Output" missing="nothing" />)).toContain('aria-label="Copy output"')
  expect(drawnAt('/jobs/job_1', <Payload value={null} label="Output" missing="nothing" />)).toBe('nothing')
})
