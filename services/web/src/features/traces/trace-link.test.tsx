import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { installationQuery } from '@/features/installation/api'
import { TraceId, TraceLink } from '@/features/traces/trace-link'

const ID = '4bf92f3577b34da6a3ce929d0e0e4736'

function drawn(template: string | null, children: ReactNode): string {
  const client = new QueryClient()
  client.setQueryData(installationQuery().queryKey, { trace_url: template })
  return renderToStaticMarkup(<QueryClientProvider client={client}>{children}</QueryClientProvider>)
}

test('a trace is a door where a tracing tool is named', () => {
  const text = drawn('http://jaeger:16686/trace/{trace_id}', <TraceId id={ID} />)
  expect(text).toContain(`href="http://jaeger:16686/trace/${ID}"`)
  expect(text).toContain(`Copy ${ID}`)
})

test('without one its id is there to be copied, and no link is dead', () => {
  const text = drawn(null, <TraceId id={ID} isShort />)
  expect(text).toContain(`Copy ${ID}`)
  expect(text).not.toContain('<a ')
  expect(drawn(null, <TraceLink id={ID} />)).toBe('')
})
