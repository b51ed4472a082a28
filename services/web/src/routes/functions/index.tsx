import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import * as v from 'valibot'
import { useSort } from '@/components/use-sort'
import { Beneath, FirstJobSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { functionsQuery } from '@/features/functions/api'
import { FunctionTable } from '@/features/functions/function-table'
import { optionalText } from '@/lib/search-params'
import { Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

export const Route = createFileRoute('/functions/')({
  validateSearch: v.object({ sort: optionalText }),
  staticData: { isAlwaysLive: true },
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(functionsQuery())
  },
  component: Functions,
})

/** Those that run most come first. */
const USUAL_SORT = '-runs'

function Functions() {
  const functions = useQuery(functionsQuery())
  const sorting = useSort(USUAL_SORT)
  const isNew = useWasEmpty(functions.data?.total === 0)
  return (
    <>
      <PageHead title="Functions" scope="The code that jobs run, and how it has been doing for 24 hours" />
      <div className="stack">
        <Beneath steps={isNew ? <FirstJobSteps /> : null}>
          <Panel title="All functions" aside={functions.data ? <span className="num">{functions.data.total}</span> : null}>
            <QueryView query={functions} reserve={240}>
              {(data) =>
                data.functions.length > 0 ? (
                  <FunctionTable functions={data.functions} {...sorting} />
                ) : (
                  <Nothing kind="never" title="No function has been declared yet. One appears here when its first worker starts." />
                )
              }
            </QueryView>
          </Panel>
        </Beneath>
      </div>
    </>
  )
}
