// Who called an API, or one endpoint of it.
import { endpointText, type Endpoint } from '@/features/apis/request-filter'
import type { EndpointConsumers } from '@/generated/rest'
import { getJson } from '@/lib/api-client'
import { windowQuery } from '@/lib/range'
import { timedQuery, type TimedOptions } from '@/lib/timed-query'

export type { ConsumerList, ConsumerOut as Consumer } from '@/generated/rest'

interface ConsumersScope extends Partial<Endpoint> {
  readonly name: string
}

export const consumersQuery = ({ name, ...endpoint }: ConsumersScope, { shown, liveMs }: TimedOptions) =>
  timedQuery({
    target: 'apis.api',
    name: 'consumers',
    scope: { name, ...endpoint },
    shown,
    liveMs,
    read: ({ after, before }, signal) => getJson('/apis/{name}/consumers', { path: { name }, query: { ...windowQuery({ after, before }), ...endpoint }, signal }),
  })

/** How many called each endpoint, by its text; none where it is not listed. */
export const callersByEndpoint = (endpoints: readonly EndpointConsumers[]): ReadonlyMap<string, number> => new Map(endpoints.map((one) => [endpointText(one), one.consumers]))
