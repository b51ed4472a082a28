import { queryOptions } from '@tanstack/react-query'
import type { CallerOut as Caller } from '@/generated/rest'
import { getJson } from '@/lib/api-client'

export type { CallerOut as Caller } from '@/generated/rest'

/** Who is calling; signing in with another key resets every query. */
export const callerQuery = () =>
  queryOptions({
    queryKey: ['caller'],
    queryFn: ({ signal }) => getJson('/dashboard/me', { signal }),
    staleTime: 60_000,
  })

/** “operator”, “scopes of its own”, “asks for no key” */
export const roleText = ({ kind, role }: Pick<Caller, 'kind' | 'role'>): string => (kind === 'anyone' ? 'no key is asked for' : (role ?? 'scopes of its own'))
