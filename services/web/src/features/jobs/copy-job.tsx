import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { asCommand, asCurl, asPython, type Spelled } from '@/features/jobs/copies'
import { copyText } from '@/lib/clipboard'
import { useActions } from '@/ui/actions'
import { Menu, MenuItem } from '@/ui/menu'

const COPIES = [
  ['Python', asPython],
  ['curl', asCurl],
  ['Command line', asCommand],
] as const

const SAID_MS = 2000

/** What would enqueue this job again, in the words of whoever wants to. */
export function CopyJob({ job, isDisabled = false }: { job: Spelled; isDisabled?: boolean }) {
  const [copied, setCopied] = useState<string | null>(null)
  const copy = async (name: string, text: string): Promise<void> => {
    setCopied((await copyText(text)) ? name : null)
    setTimeout(() => {
      setCopied(null)
    }, SAID_MS)
  }
  const copies = COPIES.map(([name, spell]) => ({ name, run: () => void copy(name, spell(job, location.origin)) }))
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
