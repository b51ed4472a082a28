import { Status } from '@/ui/status'

// An attempt's outcome, with the look of the state it resembles.
const OUTCOMES: Record<string, { status: string; word: string }> = {
  success: { status: 'complete', word: 'Complete' },
  failure: { status: 'failed', word: 'Failed' },
  timeout: { status: 'failed', word: 'Timed out' },
  cancelled: { status: 'cancelled', word: 'Cancelled' },
  interrupted: { status: 'retrying', word: 'Worker lost' },
  handed_back: { status: 'queued', word: 'Handed back' },
}

export function Outcome({ outcome }: { outcome: string | null }) {
  if (outcome === null) return <Status status="active" />
  const { status, word } = OUTCOMES[outcome] ?? { status: 'queued', word: outcome }
  return <Status status={status} word={word} />
}
