import { Link } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import { CodeLink } from '@/features/code/code-link'
import type { FunctionDetail } from '@/features/functions/api'
import { ConfigDrift } from '@/features/functions/config-drift'
import { declaredText, moduleFile, SETTINGS } from '@/features/functions/settings'
import { NextRun } from '@/features/functions/next-run'
import { eventWords, TriggerPill } from '@/features/functions/trigger-pill'
import { WorkerLink } from '@/features/jobs/worker-link'
import { DASH } from '@/lib/format'
import { CopyableId } from '@/ui/copyable-id'
import { Panel } from '@/ui/panel'

/** What holds for its jobs, and who says so. */
export function ConfigurationTab({ info }: { info: FunctionDetail }) {
  return (
    <Panel title="Configuration" aside={declaredText(info.settings)}>
      <ConfigDrift declared={info.settings} />
      <table className="table configuration" aria-label="What holds for its jobs">
        <tbody>
          {SETTINGS.map(({ label, text, means }) => (
            <Setting key={label} label={label} value={<span className="num">{text(info)}</span>} means={means} />
          ))}
          <Setting label="Idempotency" value="by key" means="No function has a key of its own. Who enqueues may give one: with it there is one job of this function for as long as that job is kept. The same key with the same arguments finds that job; with others it is refused." />
          <Setting label="Trigger" value={<TriggerPill of={info} />} means={<Comes info={info} />} />
          <Setting label="Code" value={<Code info={info} />} means="Where its newest worker has it." />
          <Setting label="Workers" value={info.workers?.length ? <Workers ids={info.workers} /> : <Link to="/workers">none</Link>} means="Live, and offering it." />
        </tbody>
      </table>
    </Panel>
  )
}

/** When there are jobs of it. */
function Comes({ info }: { info: FunctionDetail }) {
  if (info.schedule_paused) return 'Its schedule is paused: it is not due until that is resumed.'
  if (info.next_run_at !== null)
    return (
      <>
        It runs next <NextRun of={info} />.
      </>
    )
  return info.pattern === null ? 'Its jobs come when somebody enqueues them.' : eventWords(info.pattern)
}

function Setting({ label, value, means }: { label: string; value: ReactNode; means: ReactNode }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>{value}</td>
      <td className="faint">{means}</td>
    </tr>
  )
}

/** With a door to the module's file, where the reader's editor or the repository is known. */
function Code({ info }: { info: FunctionDetail }) {
  if (info.import_path === null) return DASH
  const file = moduleFile(info.import_path)
  return (
    <>
      <CopyableId id={info.import_path} />{' '}
      <CodeLink place={{ file, line: 1 }} version={info.settings?.[0]?.versions[0] ?? null}>
        {file}
      </CodeLink>
    </>
  )
}

const Workers = ({ ids }: { ids: readonly string[] }) =>
  ids.map((id, index) => (
    <Fragment key={id}>
      {index > 0 ? ', ' : ''}
      <WorkerLink id={id} />
    </Fragment>
  ))
