import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import * as v from 'valibot'
import { useSort } from '@/components/use-sort'
import { Beneath, FirstJobSteps, useWasEmpty } from '@/features/first-steps/first-steps'
import { functionsQuery, type FunctionInfo } from '@/features/functions/api'
import { FunctionPanel } from '@/features/functions/function-panel'
import { FunctionTable } from '@/features/functions/function-table'
import { isFolded, moduleOf, turned, type Folds, type ModuleView } from '@/features/functions/modules'
import { count } from '@/lib/format'
import { optional, optionalText } from '@/lib/search-params'
import { FilteredOut, Nothing } from '@/ui/nothing'
import { PageHead, Panel } from '@/ui/panel'
import type { RowPicking } from '@/ui/data-table'
import { useKeptSearch } from '@/ui/plain-link'
import { QueryView } from '@/ui/query-view'
import { Split } from '@/ui/split'
import { useTyped } from '@/ui/use-typed'
import { FindBox, ModuleTools } from './-components/function-tools'

const isSo = optional(v.literal(true))

export const Route = createFileRoute('/functions/')({
  /** `q`: a part of its name. `flat`: not by module. `folded` and `except`: see `Folds`. `function`: that shown beside the list. */
  validateSearch: v.object({ sort: optionalText, q: optionalText, function: optionalText, flat: isSo, folded: isSo, except: optionalText }),
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
  const modules = useModules(functions.data?.functions)
  const picking = usePicking()
  const isNew = useWasEmpty(functions.data?.total === 0)
  const hasBox = (functions.data?.total ?? 0) > FEW || finding.text !== ''
  return (
    <>
      <PageHead title="Functions" scope="The code that jobs run, and how it has been doing for 24 hours" />
      <div className="stack">
        <Beneath steps={isNew ? <FirstJobSteps /> : null}>
          <Split
            label="Width of the function beside the list"
            side={
              picking.opened === undefined ? null : (
                <FunctionPanel
                  name={picking.opened}
                  onClose={() => {
                    picking.onShow(undefined)
                  }}
                />
              )
            }
          >
          <Panel title="All functions" aside={functions.data ? <span className="num">{count(functions.data.total)}</span> : null}>
            {hasBox || modules ? (
              <div className="chips chips-inset">
                {hasBox ? <FindBox {...finding} /> : null}
                {modules ? <ModuleTools {...modules} isSearched={finding.text !== ''} /> : null}
              </div>
            ) : null}
            <QueryView query={functions} reserve={240}>
              {(data) => {
                if (data.functions.length === 0) return <Nothing kind="never" title="No function has been declared yet. One appears here when its first worker starts." />
                const found = namedLike(data.functions, finding.text)
                if (found.length > 0) return <FunctionTable functions={found} {...sorting} folds={foldsOf(modules, finding.text)} picking={picking} />
                return (
                  <FilteredOut
                    title="No function is called so"
                    filter={`“${finding.text}”`}
                    onDrop={() => {
                      finding.type('')
                    }}
                  />
                )
              }}
            </QueryView>
          </Panel>
          </Split>
        </Beneath>
      </div>
    </>
  )
}

/** The function beside the list is in the address, as a job beside theirs is. */
function usePicking(): RowPicking {
  const { function: opened } = Route.useSearch()
  const navigate = Route.useNavigate()
  const kept = useKeptSearch()
  return {
    mark: 'function',
    opened,
    onShow: (key) => {
      void navigate({ search: (previous) => ({ ...previous, function: key }), replace: true, resetScroll: false })
    },
    onOpen: (name) => void navigate({ to: '/functions/$name', params: { name } }),
    pageOf: (key) => `/functions/${encodeURIComponent(key)}${kept}`,
  }
}

/** What is typed narrows the table at once, and is in the address. */
function useFinding() {
  const { q = '' } = Route.useSearch()
  const navigate = Route.useNavigate()
  const write = (text: string): void => {
    void navigate({ search: (previous) => ({ ...previous, q: text || undefined }), replace: true, resetScroll: false })
  }
  return useTyped(q, write, 'at once')
}

function namedLike(functions: readonly FunctionInfo[], text: string): readonly FunctionInfo[] {
  const part = text.trim().toLowerCase()
  return part === '' ? functions : functions.filter(({ key, name }) => `${key} ${name ?? ''}`.toLowerCase().includes(part))
}

/** Null where there is one module only, which needs no head. */
function useModules(functions: readonly FunctionInfo[] | undefined): ModuleView | null {
  const { flat = false, folded, except } = Route.useSearch()
  const navigate = Route.useNavigate()
  if (new Set(functions?.map(moduleOf)).size < 2) return null
  const change = (changed: Folds & { readonly flat?: true | undefined }): void => {
    void navigate({ search: (previous) => ({ ...previous, ...changed }), replace: true, resetScroll: false })
  }
  return {
    folded,
    except,
    isFlat: flat,
    onFlat: (isFlat) => {
      change({ flat: isFlat || undefined })
    },
    onFolds: change,
  }
}

/** What is searched for is not hidden in a fold. */
function foldsOf(modules: ModuleView | null, text: string): Parameters<typeof FunctionTable>[0]['folds'] {
  if (!modules || modules.isFlat) return null
  return {
    isFolded: (module) => text === '' && isFolded(modules, module),
    onFold:
      text === ''
        ? (module) => {
            modules.onFolds(turned(modules, module))
          }
        : null,
  }
}
