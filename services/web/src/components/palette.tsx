// One box that finds pages, functions, APIs, workers and jobs, and does whatever can be done here.
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command, defaultFilter } from 'cmdk'
import { Boxes, CornerDownLeft, List, Network, Play, Search, SquareFunction, type LucideIcon } from 'lucide-react'
import { useDeferredValue, useRef, useState, type ReactNode } from 'react'
import { apisQuery } from '@/features/apis/api'
import { functionsQuery, type FunctionInfo } from '@/features/functions/api'
import { jobSearchQuery, LEAST_ASKED } from '@/features/search/api'
import { workersQuery } from '@/features/workers/api'
import { isJobId, shortened } from '@/lib/names'
import { useSettled } from '@/lib/settled'
import { typedAhead } from '@/lib/typed-ahead'
import { useAllActions } from '@/ui/actions'
import { Dialog } from '@/ui/dialog'
import { Keys } from '@/ui/keys'
import { Nothing } from '@/ui/nothing'
import { Status } from '@/ui/status'

export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const chosen = useRef<() => void>(undefined)
  // What is done may be about what had the focus: it is done once the focus is back there.
  return (
    <Dialog title="Search and commands" open={open} onClose={onClose} onClosed={() => chosen.current?.()} className="palette" isTitleHidden>
      <Finder
        onChoose={(go) => {
          chosen.current = go
          onClose()
        }}
      />
    </Dialog>
  )
}

function Finder({ onChoose }: { onChoose: (go: () => void) => void }) {
  const [typed, setTyped] = useState('')
  const text = useDeferredValue(typed.trim())
  const then = (go: () => void) => (): void => {
    onChoose(go)
  }
  return (
    <Command label="Search and commands" loop>
      <div className="palette-box">
        <Search size={16} aria-hidden />
        <Command.Input
          value={typed}
          onValueChange={setTyped}
          onFocus={() => {
            const ahead = typedAhead.take()
            setTyped((before) => before + ahead)
          }}
          placeholder="A job id, a function, an API, an error’s words, or what you want to do"
        />
      </div>
      <Command.List className="palette-list">
        {text.length < LEAST_ASKED ? (
          <Command.Empty>
            <Nothing kind="none" title="Nothing by that name." />
          </Command.Empty>
        ) : null}
        <JobHits text={text} then={then} />
        <Doings then={then} isOfPage />
        <Named text={text} then={then} />
        {isToRun(text) ? <Runs text={text} then={then} /> : null}
        <Doings then={then} isOfPage={false} />
      </Command.List>
    </Command>
  )
}

type Then = (go: () => void) => () => void

const ASKED_AFTER_MS = 200

function JobHits({ text, then }: { text: string; then: Then }) {
  const navigate = useNavigate()
  const asked = useSettled(text, ASKED_AFTER_MS)
  const { data, isFetching } = useQuery(jobSearchQuery(asked))
  if (text.length < LEAST_ASKED) return null
  const isAnswered = asked === text && !isFetching
  const jobs = asked === text ? (data?.jobs ?? []) : []
  const known = jobs.some((job) => job.id === text)
  return (
    <Command.Group heading="Jobs" forceMount>
      {isJobId(text) && !known ? (
        <Hit value={`open ${text}`} isFound onSelect={then(() => void navigate({ to: '/jobs/$jobId', params: { jobId: text } }))} icon={CornerDownLeft}>
          Open <code>{text}</code>
        </Hit>
      ) : null}
      {jobs.map((job) => (
        <Hit key={job.id} value={job.id} isFound onSelect={then(() => void navigate({ to: '/jobs/$jobId', params: { jobId: job.id } }))}>
          <Status status={job.status} />
          <span>{job.function_name ?? job.function}</span>
          <code className="faint">{shortened(job.id)}</code>
          <span className="palette-detail">{job.error}</span>
        </Hit>
      ))}
      {jobs.length > 0 ? (
        <Hit value={`all jobs ${text}`} isFound icon={List} onSelect={then(() => void navigate({ to: '/jobs', search: { q: text } }))}>
          All jobs that match “{text}”
        </Hit>
      ) : null}
      {jobs.length === 0 && isAnswered ? <Nothing kind="none" title="No job with this id or error." /> : null}
    </Command.Group>
  )
}

/** Of thousands of functions the nearest are drawn; a few more letters find the others. */
const MOST_NAMED = 20

function nearest<T>(all: readonly T[], text: string, valueOf: (one: T) => string): readonly T[] {
  if (all.length <= MOST_NAMED) return all
  if (text === '') return all.slice(0, MOST_NAMED)
  return all
    .map((one) => ({ one, score: defaultFilter(valueOf(one), text) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST_NAMED)
    .map(({ one }) => one)
}

function Named({ text, then }: { text: string; then: Then }) {
  const navigate = useNavigate()
  const functions = nearest(useQuery(functionsQuery()).data?.functions ?? [], text, asFunction)
  const apis = useQuery(apisQuery()).data?.apis ?? []
  const workers = useQuery(workersQuery()).data?.workers ?? []
  return (
    <>
      <Command.Group heading="Functions">
        {functions.map(({ key, name }) => (
          <Hit key={key} value={asFunction({ key, name })} icon={SquareFunction} onSelect={then(() => void navigate({ to: '/functions/$name', params: { name: key } }))}>
            {name ?? key}
          </Hit>
        ))}
      </Command.Group>
      <Command.Group heading="APIs">
        {apis.map(({ name }) => (
          <Hit key={name} value={`api ${name}`} icon={Network} onSelect={then(() => void navigate({ to: '/apis/$name', params: { name } }))}>
            {name}
          </Hit>
        ))}
      </Command.Group>
      <Command.Group heading="Workers">
        {workers.map(({ name }) => (
          <Hit key={name} value={`worker ${name}`} icon={Boxes} onSelect={then(() => void navigate({ to: '/workers', hash: `worker-${name}` }))}>
            {name}
          </Hit>
        ))}
      </Command.Group>
    </>
  )
}

const asFunction = ({ key, name }: Pick<FunctionInfo, 'key' | 'name'>): string => `function ${key} ${name ?? ''}`
const asRun = ({ key, name }: Pick<FunctionInfo, 'key' | 'name'>): string => `run ${key} ${name ?? ''}`
const isToRun = (text: string): boolean => /^run\b/i.test(text)

/** Only for whoever wants to run something: it would say every function twice. */
function Runs({ text, then }: { text: string; then: Then }) {
  const navigate = useNavigate()
  const functions = nearest(useQuery(functionsQuery()).data?.functions ?? [], text, asRun)
  return (
    <Command.Group heading="Run">
      {functions.map(({ key, name }) => (
        <Hit key={key} value={asRun({ key, name })} icon={Play} onSelect={then(() => void navigate({ to: '/functions/$name', params: { name: key }, search: { run: true } }))}>
          Run {name}…
        </Hit>
      ))}
    </Command.Group>
  )
}

const OF_THE_FRAME: ReadonlySet<string> = new Set(['Everywhere', 'Appearance', 'Streams'])

/** Where to go and what this page can do stand first, what is the same everywhere last. */
function Doings({ then, isOfPage }: { then: Then; isOfPage: boolean }) {
  const actions = useAllActions().filter(({ id, group }) => id !== 'palette' && id !== 'search' && OF_THE_FRAME.has(group) !== isOfPage)
  const groups = [...new Set(actions.map((action) => action.group))]
  return groups.map((group) => (
    <Command.Group key={group} heading={group}>
      {actions
        .filter((action) => action.group === group)
        .map((action) => (
          <Hit key={action.id} value={`${group} ${action.label}`} onSelect={then(action.run)}>
            {action.label}
            {action.keys === undefined ? null : <Keys keys={action.keys} />}
          </Hit>
        ))}
    </Command.Group>
  ))
}

interface HitProps {
  readonly value: string
  readonly onSelect: () => void
  readonly children: ReactNode
  readonly icon?: LucideIcon
  /** The server found it: the palette's own filter has no say. */
  readonly isFound?: boolean
}

function Hit({ value, onSelect, children, icon: Icon, isFound = false }: HitProps) {
  return (
    <Command.Item className="palette-item" value={value} onSelect={onSelect} forceMount={isFound}>
      {Icon ? <Icon size={14} aria-hidden /> : null}
      {children}
    </Command.Item>
  )
}
