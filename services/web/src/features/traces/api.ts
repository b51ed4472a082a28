import { queryOptions } from '@tanstack/react-query'
import { traceTemplateOf } from '@/features/traces/trace-url'

/** Where the tracing tool shows a trace, as whoever serves this page says; null when it names none. Read once. */
export const traceTemplateQuery = () =>
  queryOptions({
    queryKey: ['web-settings'],
    queryFn: async ({ signal }) => {
      const response = await fetch('/settings.json', { signal })
      return traceTemplateOf(response.ok ? await response.json().catch(() => null) : null)
    },
    staleTime: Infinity,
    gcTime: Infinity,
  })
