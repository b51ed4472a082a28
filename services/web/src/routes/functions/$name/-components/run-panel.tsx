import { Play } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { EnqueueForm } from '@/features/jobs/enqueue-form'
import { useActions } from '@/ui/actions'
import { Panel } from '@/ui/panel'
import { CloseButton } from '@/ui/side-panel'

export function RunButton({ onRun }: { onRun: () => void }) {
  useActions([{ id: 'function-run', label: 'Run this function…', group: 'Function', run: onRun }])
  return (
    <button type="button" className="button" onClick={onRun}>
      <Play size={14} aria-hidden />
      Run…
    </button>
  )
}

/** Part of the page, not above it: what is typed is not lost by a click beside it. */
export function RunPanel({ name, onClose }: { name: string; onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.querySelector<HTMLElement>('.arguments-form :is(input, select, textarea)')?.focus()
  }, [])
  return (
    <div ref={box}>
      <Panel
        title="Run"
        aside={
          <CloseButton what="form" onClose={onClose} />
        }
      >
        <EnqueueForm functionKey={name} />
      </Panel>
    </div>
  )
}
