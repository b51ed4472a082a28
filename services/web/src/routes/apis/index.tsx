import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { useChangeRange, useWindow } from '@/components/use-range'
import { useSort } from '@/components/use-sort'
import { apisQuery } from '@/features/apis/api'
import { ApiTable } from '@/features/apis/api-table'
import { RequestLog } from '@/features/apis/request-log'
import { addressOf, requestSearch, USUAL_API_SORT } from '@/features/apis/request-search'
import { Beneath, FirstApiSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { BesideRequest, usePickedRequest } from './-components/request-panel'

export const Route = createFileRoute('/apis/')({
  validateSearch: requestSearch,
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(apisQuery())
  },
  component: Apis,
})

function Apis() {
  const apis = useQuery(apisQuery())
  const shown = useWindow()
  const { lookBefore } = useChangeRange()
  const sorting = useSort(USUAL_API_SORT)
  const picked = usePickedRequest()
  const { method, path, status, instance_id } = Route.useSearch()
  const navigate = Route.useNavigate()
  const isNew = useWasEmpty(apis.data?.total === 0)
  return (
    <>
      <PageHead title="APIs" scope="HTTP services that report their requests" />
      <div className="stack">
        <Beneath steps={isNew ? <FirstApiSteps /> : null}>
          <Panel
            title="All APIs"
            className="panel-two"
            aside={apis.data ? <span className="num">{apis.data.total}, figures of now and 24 h</span> : null}
          >
            <QueryView query={apis} reserve={64}>
              {(data) =>
                data.apis.length > 0 ? (
                  <ApiTable apis={data.apis} {...sorting} />
                ) : (
                  <Nothing kind="never" title="No API has reported yet. One appears here as soon as it starts." />
                )
              }
            </QueryView>
          </Panel>
          {apis.isPending ? null : (
            <BesideRequest {...picked}>
              <Panel title="Requests" aside={shown ? 'newest first' : 'newest first, live'}>
                <RequestLog
                  filter={{ method, path, status, instance_id }}
                  shown={shown}
                  {...picked}
                  onLookBefore={lookBefore}
                  onChange={(filter) => {
                    void navigate({ search: (previous) => ({ ...previous, ...addressOf(filter) }), replace: true })
                  }}
                />
              </Panel>
            </BesideRequest>
          )}
        </Beneath>
      </div>
    </>
  )
}
