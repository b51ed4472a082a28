import { queryOptions } from '@tanstack/react-query'
import { getJson } from '@/lib/api-client'

const SHOWN = 6
/** Of fewer characters there is too much. */
export const LEAST_ASKED = 3

/** Jobs by the beginning of their id or by what their error says. */
export const jobSearchQuery = (text: string) =>
  queryOptions({
    queryKey: ['search', 'jobs', text],
    queryFn: ({ signal }) => getJson('/jobs', { query: { q: text, limit: SHOWN }, signal }),
    enabled: text.length >= LEAST_ASKED,
    staleTime: 5000,
    retry: false,
  })
