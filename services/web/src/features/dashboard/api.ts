import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { FEED_LIMIT, filledWith, type FeedLine } from '@/features/dashboard/feed'
import { itemOfJob, itemOfRequest } from '@/features/dashboard/feed-items'
import { getJson } from '@/lib/api-client'

export type { DashboardOut as DashboardStats } from '@/generated/rest'

export const dashboardQuery = (windowMinutes: number) =>
  queryOptions({
    queryKey: ['dashboard', 'stats', windowMinutes],
    queryFn: ({ signal }) => getJson('/dashboard/stats', { query: { window_minutes: windowMinutes }, signal }),
    placeholderData: keepPreviousData,
  })

/**
 * What happened last, as REST has it when the page is opened, and from then on by the streams. What its key may not read is left
 * out. A key of its own: no stream's event has it read again.
 */
export const feedQuery = () =>
  queryOptions({
    queryKey: ['feed'],
    queryFn: async ({ client, queryKey, signal }): Promise<readonly FeedLine[]> => {
      const [jobs, requests] = await Promise.allSettled([
        getJson('/jobs', { query: { limit: FEED_LIMIT }, signal }),
        getJson('/apis/events', { query: { limit: FEED_LIMIT }, signal }),
      ])
      const items = [
        ...(jobs.status === 'fulfilled' ? jobs.value.jobs.flatMap((job) => itemOfJob(job) ?? []) : []),
        ...(requests.status === 'fulfilled' ? requests.value.events.map(itemOfRequest) : []),
      ]
      return filledWith(client.getQueryData<readonly FeedLine[]>(queryKey) ?? [], items)
    },
    // From the beginning, so that what is told while REST answers is kept.
    initialData: [],
    staleTime: Infinity,
    // Whoever was on another page heard less meanwhile.
    refetchOnMount: 'always',
  })
