import { expect, test } from 'vitest'
import { traceTemplateOf, traceUrl } from '@/features/traces/trace-url'

const ID = '4bf92f3577b34da6a3ce929d0e0e4736'

test('the id stands wherever the template has its place', () => {
  expect(traceUrl('https://jaeger.example/trace/{trace_id}?uiFind={trace_id}', ID)).toBe(`https://jaeger.example/trace/${ID}?uiFind=${ID}`)
})

test('what is no id cannot change where the link leads', () => {
  expect(traceUrl('https://jaeger.example/trace/{trace_id}', '../admin?a=1#$&')).toBe('https://jaeger.example/trace/..%2Fadmin%3Fa%3D1%23%24%26')
})

test.each([
  ['no settings', null],
  ['no tracing tool', { trace_url: null }],
  ['another scheme', { trace_url: 'javascript:alert({trace_id})' }],
  ['no place for the id', { trace_url: 'https://jaeger.example/search' }],
])('%s is no template', (_, document) => {
  expect(traceTemplateOf(document)).toBeNull()
})
