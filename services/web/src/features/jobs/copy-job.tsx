import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { functionQuery, type FunctionDetail } from '@/features/functions/api'
import type { JobDetail } from '@/features/jobs/api'
import { asCommand, asCurl, asPython, type Spelled } from '@/features/jobs/copies'
import { asPytest, type PytestCopy } from '@/features/jobs/pytest-copy'
import { useActions } from '@/ui/actions'
import { useCopied } from '@/ui/copied'
import { Menu, MenuItem } from '@/ui/menu'

const COPIES = [
  ['Python', asPython],
  ['curl', asCurl],
  ['Command line', asCommand],
] as const

const SAID_MS = 2000
const PYTEST = 'pytest'

interface CopyJobProps {
  readonly job: Spelled
  /** One that was: it can be run in a test, too. */
  readonly tested?: JobDetail
  readonly isDisabled?: boolean
}

/** What would enqueue this job again, in the words of whoever wants to; and a test that runs it. */
export function CopyJob({ job, tested, isDisabled = false }: CopyJobProps) {
  const [isOpen, setOpen] = useState(false)
  const { copied, copy } = useCopied(SAID_MS)
  const copies = COPIES.map(([name, spell]) => ({ name, run: () => void copy(spell(job, location.origin), name) }))
  const client = useQueryClient()
  const copyTest = async (one: JobDetail): Promise<void> => {
    const info = await client.ensureQueryData(functionQuery(one.function)).catch(() => null)
    const { text } = asPytest(one, info?.import_path ?? null)
    // The menu says why there is none.
    if (text === null) setOpen(true)
    else await copy(text, PYTEST)
  }
  const offered = tested ? [...copies, { name: PYTEST, run: () => void copyTest(tested) }] : copies
  useActions(isDisabled ? [] : offered.map(({ name, run }) => ({ id: `job-copy-${name}`, label: `Copy this job as ${name}`, group: 'Job', run })))
  return (
    <Menu
      open={isOpen}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className="button" disabled={isDisabled}>
          {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          {copied ? `Copied as ${copied}` : 'Copy as'}
        </button>
      }
    >
      {copies.map(({ name, run }) => (
        <MenuItem key={name} onSelect={run}>
          {name}
        </MenuItem>
      ))}
      {tested ? <PytestItem job={tested} onCopy={(text) => void copy(text, PYTEST)} /> : null}
    </Menu>
  )
}

function pytestOf(job: JobDetail, info: UseQueryResult<FunctionDetail>): PytestCopy {
  return info.isError ? { text: null, why: 'The function could not be read.' } : asPytest(job, info.data?.import_path)
}

/** Where the function is, is asked when the menu is opened. */
function PytestItem({ job, onCopy }: { job: JobDetail; onCopy: (text: string) => void }) {
  const { text, why } = pytestOf(job, useQuery(functionQuery(job.function)))
  return (
    <MenuItem
      note={why ?? 'Runs its function in a test'}
      isDisabled={text === null}
      onSelect={() => {
        if (text !== null) onCopy(text)
      }}
    >
      {PYTEST}
    </MenuItem>
  )
}
