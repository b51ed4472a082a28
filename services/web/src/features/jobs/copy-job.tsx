import { Check, Copy } from 'lucide-react'
import { asCommand, asCurl, asPython, type Spelled } from '@/features/jobs/copies'
import { useActions } from '@/ui/actions'
import { useCopied } from '@/ui/copied'
import { Menu, MenuItem } from '@/ui/menu'

const COPIES = [
  ['Python', asPython],
  ['curl', asCurl],
  ['Command line', asCommand],
] as const

const SAID_MS = 2000

/** What would enqueue this job again, in the words of whoever wants to. */
export function CopyJob({ job, isDisabled = false }: { job: Spelled; isDisabled?: boolean }) {
  const { copied, copy } = useCopied(SAID_MS)
  const copies = COPIES.map(([name, spell]) => ({ name, run: () => void copy(spell(job, location.origin), name) }))
  useActions(isDisabled ? [] : copies.map(({ name, run }) => ({ id: `job-copy-${name}`, label: `Copy this job as ${name}`, group: 'Job', run })))
  return (
    <Menu
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
    </Menu>
  )
}
