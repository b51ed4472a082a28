import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { useSort } from '@/components/use-sort'
import { apisQuery } from '@/features/apis/api'
import { ApiTable } from '@/features/apis/api-table'
import { requestSearch, USUAL_API_SORT } from '@/features/apis/request-search'
import { Beneath, FirstApiSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'
import { PickableRequests } from './-components/request-panel'

export const Route = createFileRoute('/apis/')({
  validateSearch: requestSearch,
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(apisQuery())
  },
  component: Apis,
})

function Apis() {
  const apis = useQuery(apisQuery())
  const sorting = useSort(USUAL_API_SORT)
  const search = Route.useSearch()
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
          {apis.isPending ? null : <PickableRequests search={search} />}
        </Beneath>
      </div>
    </>
  )
}
