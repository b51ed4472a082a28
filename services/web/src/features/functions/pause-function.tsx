import { useQueryClient } from '@tanstack/react-query'
import { Pause, Play } from 'lucide-react'
import { functionQuery, pauseFunction, resumeFunction, type FunctionInfo } from '@/features/functions/api'
import { ActionButton } from '@/ui/action-button'

const PAUSE = { id: 'function-pause', label: 'Pause this function', group: 'Function' }
const RESUME = { id: 'function-resume', label: 'Resume this function', group: 'Function' }

export function PauseFunction({ info }: { info: FunctionInfo }) {
  const client = useQueryClient()
  if (info.paused === null) return null
  const refresh = (): void => void client.invalidateQueries(functionQuery(info.key))
  return info.paused ? (
    <ActionButton offer={RESUME} act={() => resumeFunction(info.key)} onDone={refresh} tone="primary">
      <Play size={14} aria-hidden />
      Resume
    </ActionButton>
  ) : (
    <ActionButton offer={PAUSE} act={() => pauseFunction(info.key)} onDone={refresh}>
      <Pause size={14} aria-hidden />
      Pause
    </ActionButton>
  )
}
