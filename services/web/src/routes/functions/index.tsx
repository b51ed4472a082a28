import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { useState } from 'react'
import * as v from 'valibot'
import { useSort } from '@/components/use-sort'
import { Beneath, FirstJobSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { functionsQuery, type FunctionInfo } from '@/features/functions/api'
import { FunctionTable } from '@/features/functions/function-table'
import { count } from '@/lib/format'
import { optionalText } from '@/lib/search-params'
import { FilteredOut, Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import { QueryView } from '@/ui/query-view'

export const Route = createFileRoute('/functions/')({
  /** `q`: a part of its name. */
  validateSearch: v.object({ sort: optionalText, q: optionalText }),
  staticData: { isAlwaysLive: true },
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(functionsQuery())
  },
  component: Functions,
})

/** So many are seen at a glance. */
const FEW = 12
/** Those that run most come first. */
const USUAL_SORT = '-runs'

function Functions() {
  const functions = useQuery(functionsQuery())
  const sorting = useSort(USUAL_SORT)
  const finding = useFinding()
  const isNew = useWasEmpty(functions.data?.total === 0)
  return (
    <>
      <PageHead title="Functions" scope="The code that jobs run, and how it has been doing for 24 hours" />
      <div className="stack">
        <Beneath steps={isNew ? <FirstJobSteps /> : null}>
          <Panel title="All functions" aside={functions.data ? <span className="num">{count(functions.data.total)}</span> : null}>
            {(functions.data?.total ?? 0) > FEW || finding.text !== '' ? <FindBox {...finding} /> : null}
            <QueryView query={functions} reserve={240}>
              {(data) => {
                if (data.functions.length === 0) return <Nothing kind="never" title="No function has been declared yet. One appears here when its first worker starts." />
                const found = namedLike(data.functions, finding.text)
                if (found.length > 0) return <FunctionTable functions={found} {...sorting} />
                return (
                  <FilteredOut
                    title="No function is called so"
                    filter={`“${finding.text}”`}
                    onDrop={() => {
                      finding.find('')
                    }}
                  />
                )
              }}
            </QueryView>
          </Panel>
        </Beneath>
      </div>
    </>
  )
}

interface Finding {
  readonly text: string
  readonly find: (text: string) => void
}

/** What is typed narrows the table at once, and is in the address. */
function useFinding(): Finding {
  const { q = '' } = Route.useSearch()
  const navigate = Route.useNavigate()
  const [text, setText] = useState(q)
  return {
    text,
    find: (typed) => {
      setText(typed)
      void navigate({ search: (previous) => ({ ...previous, q: typed.trim() || undefined }), replace: true, resetScroll: false })
    },
  }
}

function namedLike(functions: readonly FunctionInfo[], text: string): readonly FunctionInfo[] {
  const part = text.trim().toLowerCase()
  return part === '' ? functions : functions.filter(({ key, name }) => `${key} ${name ?? ''}`.toLowerCase().includes(part))
}

function FindBox({ text, find }: Finding) {
  return (
    <div className="chips chips-inset" role="search">
      <input
        className="input"
        type="search"
        aria-label="Find a function"
        placeholder="Find a function"
        maxLength={255}
        value={text}
        onChange={(event) => {
          find(event.target.value)
        }}
      />
    </div>
  )
}
