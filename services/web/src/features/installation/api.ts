import { queryOptions } from '@tanstack/react-query'

/** What whoever serves this page tells it of this installation: docs/adr/0028. Read once; who takes something from it checks that. */
export const installationQuery = () =>
  queryOptions({
    queryKey: ['web-settings'],
    queryFn: async ({ signal }): Promise<unknown> => {
      const response = await fetch('/settings.json', { signal })
      return response.ok ? await response.json().catch(() => null) : null
    },
    staleTime: Infinity,
    gcTime: Infinity,
  })
