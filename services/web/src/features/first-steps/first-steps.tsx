// What to do on an empty installation; a step is ticked when its fact arrives, while the reader looks on.
import '@/features/first-steps/first-steps.css'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleDashed } from 'lucide-react'
import { Fragment, useState, useSyncExternalStore, type ReactNode } from 'react'
import { apisQuery, requestsQuery } from '@/features/apis/api'
import { agentText, API_TASK, apiSteps, JOB_TASK, jobSteps, type Place, type Step, type Task } from '@/features/first-steps/steps'
import { functionsQuery } from '@/features/functions/api'
import { jobsQuery } from '@/features/jobs/api'
import { workersQuery } from '@/features/workers/api'
import { credential } from '@/lib/credential'
import { LIVE_REFRESH_INTERVAL_MS } from '@/lib/live-rules'
import { CodeBlock } from '@/ui/code-block'
import { Panel } from '@/ui/panel'

/** Not every fact travels on a stream of every page: they are asked for, often until they are there. */
const LOOK_INTERVAL_MS = 2000

/** True from when a page was first seen empty until it is left: what ticks itself off must not vanish with the first tick. */
export function useWasEmpty(isEmpty: boolean): boolean {
  const [wasEmpty, setWasEmpty] = useState(isEmpty)
  if (isEmpty && !wasEmpty) setWasEmpty(true)
  return wasEmpty
}

/** The steps, and the page below them: it is drawn anew when they come, since what is there must not move. */
export function Beneath({ steps, children }: { steps: ReactNode; children: ReactNode }) {
  return (
    <>
      {steps}
      <Fragment key={steps === null ? 'alone' : 'beneath'}>{children}</Fragment>
    </>
  )
}

function usePlace(): Place {
  const { key } = useSyncExternalStore(credential.subscribe, credential.get)
  return { url: location.origin, needsKey: key !== null }
}

const lookingFor = <T,>(isThere: (data: T) => boolean) => ({
  refetchInterval: ({ state }: { state: { data: T | undefined } }) => (state.data !== undefined && isThere(state.data) ? LIVE_REFRESH_INTERVAL_MS : LOOK_INTERVAL_MS),
})

/** From nothing to a job that ran. */
export function FirstJobSteps() {
  const functions = useQuery({ ...functionsQuery(), ...lookingFor(({ total }: { total: number }) => total > 0) }).data
  const workers = useQuery({ ...workersQuery(), ...lookingFor(({ total }: { total: number }) => total > 0) }).data
  const jobs = useQuery({ ...jobsQuery({}), ...lookingFor((page: { jobs: readonly unknown[] }) => page.jobs.length > 0) }).data
  const there = { functions: (functions?.total ?? 0) > 0, worker: (workers?.total ?? 0) > 0, job: (jobs?.jobs.length ?? 0) > 0 }
  const [newest] = jobs?.jobs ?? []
  const place = usePlace()
  return (
    <Steps steps={jobSteps(place, there)} place={place} task={JOB_TASK}>
      {newest ? (
        <Link to="/jobs/$jobId" params={{ jobId: newest.id }}>
          See the job
        </Link>
      ) : null}
    </Steps>
  )
}

/** From nothing to a request that was seen. */
export function FirstApiSteps() {
  const apis = useQuery({ ...apisQuery(), ...lookingFor(({ total }: { total: number }) => total > 0) }).data
  const requests = useQuery({ ...requestsQuery({}), ...lookingFor((page: { events: readonly unknown[] }) => page.events.length > 0) }).data
  const [first] = apis?.apis ?? []
  const place = usePlace()
  return (
    <Steps steps={apiSteps(place, { instance: first !== undefined, request: (requests?.events.length ?? 0) > 0 })} place={place} task={API_TASK}>
      {first ? (
        <Link to="/apis/$name" params={{ name: first.name }}>
          See {first.name}
        </Link>
      ) : null}
    </Steps>
  )
}

/** A step that is done stays as high as it was, and the way on stands in the head: what is ticked off moves nothing. */
function Steps({ steps, place, task, children }: { steps: readonly Step[]; place: Place; task: Task; children: ReactNode }) {
  const done = steps.filter(({ isDone }) => isDone).length
  const next = steps.find(({ isDone }) => !isDone)
  return (
    <Panel
      title="First steps"
      aside={
        <>
          {next ? null : children}{' '}
          <span className="num" role="status">
            {done} of {steps.length} done
          </span>
        </>
      }
    >
      <ol className="steps">
        {steps.map((step) => (
          <li key={step.title} data-done={step.isDone} aria-current={step === next ? 'step' : undefined}>
            {step.isDone ? <CircleCheck size={18} className="status-complete" aria-hidden /> : <CircleDashed size={18} className="faint" aria-hidden />}
            <div>
              <h3>
                {step.title}
                {step.isDone ? <span className="faint"> · done</span> : null}
              </h3>
              <CodeBlock code={step.code} label={`Copy: ${step.title}`} />
            </div>
          </li>
        ))}
      </ol>
      <details className="steps-for-agent">
        <summary>Or paste this to your coding agent</summary>
        <CodeBlock code={agentText(place, steps, task)} label="Copy for a coding agent" />
      </details>
    </Panel>
  )
}
