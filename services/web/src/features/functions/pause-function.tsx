import { useQueryClient } from '@tanstack/react-query'
import { Pause, Play } from 'lucide-react'
import { functionQuery, functionsQuery, pauseFunction, resumeFunction, type FunctionInfo } from '@/features/functions/api'
import { ActionButton } from '@/ui/action-button'

const PAUSE = { id: 'function-pause', label: 'Pause this function', group: 'Function' }
const RESUME = { id: 'function-resume', label: 'Resume this function', group: 'Function' }

/** In a row of many it is an icon, and the palette has it on the function's own page. */
export function PauseFunction({ info, isInRow = false }: { info: FunctionInfo; isInRow?: boolean }) {
  const client = useQueryClient()
  if (info.paused === null) return null
  const refresh = (): void => {
    void client.invalidateQueries(functionsQuery())
    void client.invalidateQueries(functionQuery(info.key))
  }
  const [verb, Icon, act, offer] = info.paused ? (['Resume', Play, resumeFunction, RESUME] as const) : (['Pause', Pause, pauseFunction, PAUSE] as const)
  return (
    <ActionButton
      offer={isInRow ? null : offer}
      icon={isInRow ? `${verb} ${info.name}` : undefined}
      act={() => act(info.key)}
      onDone={refresh}
      tone={info.paused && !isInRow ? 'primary' : undefined}
    >
      <Icon size={14} aria-hidden />
      {isInRow ? null : verb}
    </ActionButton>
  )
}
