import { CircleCheck, CircleDashed, CircleDot, CircleSlash } from 'lucide-react'
import type { BulkAction } from '@/features/bulk/api'
import { STATE_WORDS } from '@/features/bulk/bulk-words'

/** Coloured as the jobs whose state is nearest. */
const LOOKS = {
  draft: { icon: CircleDashed, like: 'pending' },
  running: { icon: CircleDot, like: 'active' },
  stopped: { icon: CircleSlash, like: 'cancelled' },
  done: { icon: CircleCheck, like: 'complete' },
} as const

export function BulkState({ state }: { state: BulkAction['state'] }) {
  const { icon: Icon, like } = LOOKS[state]
  return (
    <span className={`status status-${like}`}>
      <Icon size={14} aria-hidden />
      {STATE_WORDS[state]}
    </span>
  )
}
